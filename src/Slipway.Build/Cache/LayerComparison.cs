using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Store;

namespace Slipway.Build.Cache;

/// <summary>Says for --explain which files make a step's new layer another than its last one.</summary>
internal static class LayerComparison
{
    private const int ShownFiles = 5;

    /// <summary>One line that names the first files that differ; null when none does.</summary>
    public static async Task<string?> DescribeAsync(LayerStore layers, Digest before, Digest now, CancellationToken cancellationToken)
    {
        LayerIndex old = await layers.GetIndexAsync(before, cancellationToken);
        LayerIndex fresh = await layers.GetIndexAsync(now, cancellationToken);
        List<string> changes = [.. fresh.Entries.Select(entry => Change(old, entry)).OfType<string>()];
        changes.AddRange(old.Entries.Where(entry => !fresh.TryGet(entry.Path, out _)).Select(entry => $"/{entry.Path} is gone"));
        return changes.Count switch
        {
            0 => null,
            > ShownFiles => $"{string.Join(", ", changes.Take(ShownFiles))} and {changes.Count - ShownFiles} more",
            _ => string.Join(", ", changes),
        };
    }

    private static string? Change(LayerIndex old, LayerEntry now)
    {
        if (!old.TryGet(now.Path, out LayerEntry? before))
        {
            return $"/{now.Path} is new";
        }

        string? what = before.Kind != now.Kind ? $"was a {before.Kind} and is a {now.Kind}"
            : before.Size != now.Size || before.ContentDigest != now.ContentDigest ? "has other content"
            : before.LinkTarget != now.LinkTarget ? "points elsewhere"
            : before.Mode != now.Mode ? $"had mode {Convert.ToString(before.Mode, 8)} and has {Convert.ToString(now.Mode, 8)}"
            : before.Uid != now.Uid || before.Gid != now.Gid ? $"was {before.Uid}:{before.Gid}'s and is {now.Uid}:{now.Gid}'s"
            : null;
        return what is null ? null : $"/{now.Path} {what}";
    }
}
