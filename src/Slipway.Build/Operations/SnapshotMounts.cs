using Slipway.Build.Scheduling;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Operations;

/// <summary>Hands a stack of layers to the sandbox.</summary>
public static class SnapshotMounts
{
    /// <summary>The layers' directories, topmost first; those that are not unpacked yet are, at the same time.</summary>
    public static async Task<IReadOnlyList<string>> TreesAsync(LayerStore layers, FileSystemState state, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(state.Layers.Select(l => layers.GetTreeAsync(l, cancellationToken)))).Reverse()];

    /// <summary>The directories whose metadata a stack of trees would show wrongly.</summary>
    public static IReadOnlyList<DirectoryFixup> Fixups(Snapshot snapshot, long timestamp) =>
        [.. snapshot.Fixups().Select(e => new DirectoryFixup(e.Path, e.Mode, e.Uid, e.Gid, (e.ModifiedSeconds > 0 ? e.ModifiedSeconds : timestamp) * 1_000_000_000)
        {
            ExtendedAttributes = e.Xattrs?.ToDictionary(x => x.Key, x => x.Value.ToArray()) ?? [],
        })];
}
