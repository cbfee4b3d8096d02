using System.Collections.Immutable;
using System.Text;
using Slipway.Foundation.Hashing;

namespace Slipway.Environments.Layering;

/// <summary>
/// Decides which layer each package of one engine is in, from what the lock says alone (docs/decisions/0100). Large packages are alone, so that a change of one touches nothing else. Small
/// ones share a few layers: those that are there for the same large or requested package are together, because they come and go together. A package that had a layer
/// keeps it, so that no edit moves what it does not touch.
/// </summary>
public static class LayerAssignment
{
    /// <summary>Archives of at least this size are alone, in bytes.</summary>
    public const long Floor = 192 * 1024;

    /// <summary>Images may have 127 layers, and others want some.</summary>
    private const int MostAlone = 60, Groups = 24;

    private const string GroupPrefix = "group-";

    /// <param name="packages">All packages of the engine.</param>
    /// <param name="before">The layers of an earlier lock, and how large packages were then, by package; empty without one.</param>
    /// <returns>The name of each package's layer, by package.</returns>
    public static ImmutableDictionary<string, string> Assign(IReadOnlyList<LayeredPackage> packages, IReadOnlyDictionary<string, PlacedPackage> before)
    {
        HashSet<string> alone = Alone(packages, before);
        Dictionary<string, string> leaders = Dominators.LeadersOf(packages, alone);
        return packages.ToImmutableDictionary(
            package => package.Name,
            package => alone.Contains(package.Name) ? package.Name
                : before.GetValueOrDefault(package.Name) is { } kept && IsGroup(kept.Layer) ? kept.Layer
                : GroupOf(leaders[package.Name]),
            StringComparer.Ordinal);
    }

    /// <summary>Whether it is a layer of small packages.</summary>
    public static bool IsGroup(string layer) => layer.StartsWith(GroupPrefix, StringComparison.Ordinal);

    /// <summary>
    /// The layers in the order in which an image has them: what nobody asked for is below, because it changes with less notice but is shared by more images; the requested large ones
    /// are above.
    /// </summary>
    public static IReadOnlyList<PackageLayer<T>> Order<T>(IEnumerable<T> packages, Func<T, string> layerOf, Func<T, string> nameOf, Func<T, bool> isRequested) =>
    [
        .. packages.GroupBy(layerOf, StringComparer.Ordinal)
            .Select(group => new PackageLayer<T>(group.Key, [.. group.OrderBy(nameOf, StringComparer.Ordinal)]))
            .OrderBy(layer => IsGroup(layer.Name) ? 1 : layer.Packages.Any(isRequested) ? 2 : 0)
            .ThenBy(layer => layer.Name, StringComparer.Ordinal),
    ];

    private static HashSet<string> Alone(IReadOnlyList<LayeredPackage> packages, IReadOnlyDictionary<string, PlacedPackage> before)
    {
        HashSet<string> alone = [.. packages.Where(p => before.GetValueOrDefault(p.Name) is { } placed && placed.Layer == p.Name && (placed.Size == p.Size || p.Size >= Floor / 2)).Select(p => p.Name)];

        // A package that is as it was stays where it was, also when there would be room for it alone now; one that changed moves only when it has become much larger.
        IEnumerable<LayeredPackage> others = packages.Where(p => !alone.Contains(p.Name) && (before.GetValueOrDefault(p.Name) is not { } placed ? p.Size >= Floor : placed.Size != p.Size && p.Size >= 2 * Floor));
        alone.UnionWith(others.OrderByDescending(p => p.Size).ThenBy(p => p.Name, StringComparer.Ordinal).Take(Math.Max(0, MostAlone - alone.Count)).Select(p => p.Name));
        return alone;
    }

    private static string GroupOf(string leader)
    {
        string hex = Digest.Of(Encoding.UTF8.GetBytes(leader)).Hex;
        return $"{GroupPrefix}{Convert.ToInt32(hex[..6], 16) % Groups:00}";
    }
}

/// <summary>A package as far as layers are concerned.</summary>
/// <param name="Name">Its name, one of its engine.</param>
/// <param name="Size">Bytes of its archive.</param>
/// <param name="Requires">The names of those it needs; others are passed over.</param>
/// <param name="IsRequested">Whether it was asked for by name.</param>
public sealed record LayeredPackage(string Name, long Size, IReadOnlyList<string> Requires, bool IsRequested);

/// <summary>Where a package was in an earlier lock.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Size">Bytes of the archive it was then.</param>
public sealed record PlacedPackage(string Layer, long Size);

/// <summary>The packages of one layer.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Packages">By name.</param>
public sealed record PackageLayer<T>(string Name, ImmutableArray<T> Packages);
