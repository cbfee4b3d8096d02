using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Operations;

/// <summary>Hands a stack of layers to the sandbox.</summary>
public static class SnapshotMounts
{
    /// <summary>How many layers are fetched and unpacked at once; more would neither come nor unpack sooner.</summary>
    private static readonly int s_atOnce = Math.Max(4, Environment.ProcessorCount);

    /// <summary>The layers' directories, topmost first; those that are not unpacked yet are, several at once, each while it is fetched.</summary>
    public static async Task<IReadOnlyList<string>> TreesAsync(LayerStore layers, FileSystemState state, CancellationToken cancellationToken)
    {
        Digest[] diffIds = [.. state.Layers];
        string[] trees = new string[diffIds.Length];
        await Parallel.ForAsync(0, trees.Length, new ParallelOptions { MaxDegreeOfParallelism = s_atOnce, CancellationToken = cancellationToken }, async (i, token) =>
            trees[^(i + 1)] = await layers.GetTreeAsync(diffIds[i], token));
        return trees;
    }

    /// <summary>The directories whose metadata a stack of trees would show wrongly.</summary>
    public static IReadOnlyList<DirectoryFixup> Fixups(Snapshot snapshot, long timestamp) =>
        [.. snapshot.Fixups().Select(e => new DirectoryFixup(e.Path, e.Mode, e.Uid, e.Gid, (e.ModifiedSeconds > 0 ? e.ModifiedSeconds : timestamp) * 1_000_000_000)
        {
            ExtendedAttributes = e.Xattrs?.ToDictionary(x => x.Key, x => x.Value.ToArray()) ?? [],
        })];
}
