using Slipway.Packages.Contents;
using Slipway.Packages.Entries;

namespace Slipway.Environments.Layering;

/// <summary>What an environment has besides its packages' own layers.</summary>
/// <param name="Entries">Paths to write.</param>
/// <param name="Hidden">Paths of lower layers that are not in the environment.</param>
public sealed record EnvironmentRest(IReadOnlyList<EnvironmentEntry> Entries, IReadOnlyList<string> Hidden)
{
    /// <summary>What has to be laid over layers so that exactly an environment is seen.</summary>
    /// <param name="layers">Their entries, the lowest layer first.</param>
    /// <param name="whole">The environment's entries, each path once.</param>
    public static EnvironmentRest Between(IEnumerable<IReadOnlyList<EnvironmentEntry>> layers, IReadOnlyList<EnvironmentEntry> whole)
    {
        var visible = new Dictionary<string, EnvironmentEntry>(StringComparer.Ordinal);
        foreach (EnvironmentEntry entry in layers.SelectMany(layer => layer))
        {
            visible[entry.Path] = entry;
        }

        var entries = new List<EnvironmentEntry>();
        foreach (EnvironmentEntry entry in whole)
        {
            if (!visible.Remove(entry.Path, out EnvironmentEntry? shown) || !IsSame(shown, entry))
            {
                entries.Add(entry);
            }
        }

        return new EnvironmentRest(entries, [.. visible.Values.Where(entry => entry.Kind != PackageMemberKind.Directory).Select(entry => entry.Path)]);
    }

    private static bool IsSame(EnvironmentEntry a, EnvironmentEntry b) =>
        a.Kind == b.Kind && a.IsExecutable == b.IsExecutable && a.LinkTarget == b.LinkTarget && a.Size == b.Size
        && (a.Made is { } made ? b.Made is { } other && made.Span.SequenceEqual(other.Span) : ReferenceEquals(a.Contents, b.Contents) && a.Member == b.Member && a.Change?.Identity == b.Change?.Identity);
}
