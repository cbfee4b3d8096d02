using Slipway.Foundation.Linux;
using Slipway.Images.Store;

namespace Slipway.Images.Layers;

/// <summary>
/// Turns the upper directory of an overlay into a layer and takes the directory over as the layer's tree. Only the upper directory is walked.
/// The overlay must have been mounted with <c>redirect_dir=off,metacopy=off,index=off</c> and must no longer be mounted.
/// </summary>
public static class OverlayDiff
{
    /// <param name="layers">Where the layer goes.</param>
    /// <param name="upper">The upper directory; on the store's file system. It is gone afterwards.</param>
    /// <param name="below">
    /// What the stack below shows at a path, or null for nothing: lets a directory that was copied up but not changed, an opaque mark or a whiteout over
    /// nothing be left away. Without it all are kept.
    /// </param>
    /// <param name="options">Timestamp and forms.</param>
    /// <param name="cancellationToken">Stops the work; the upper directory may then be partly normalised.</param>
    public static Task<Layer> CreateLayerAsync(
        LayerStore layers, string upper, Func<string, LayerEntry?>? below, LayerWriterOptions options, CancellationToken cancellationToken) =>
        Task.Run(() => RunAsync(layers, upper, below, options, cancellationToken), cancellationToken);

    /// <summary>Makes a layer of all that is in an ordinary folder, which is only read. A file that changes meanwhile is an <see cref="IOException"/>.</summary>
    public static Task<Layer> CopyFolderAsync(LayerStore layers, string folder, CancellationToken cancellationToken) =>
        Task.Run(() => CopyAsync(layers, folder, cancellationToken), cancellationToken);

    private static async Task<Layer> RunAsync(
        LayerStore layers, string upper, Func<string, LayerEntry?>? below, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        using DirectoryHandle root = DirectoryHandle.Open(upper);
        List<LayerEntry> entries = new UpperDirectory(below, options.Timestamp, touch: true, cancellationToken).Collect(root);
        await using LayerWriter writer = layers.CreateWriter(options);
        Layer layer = await WriteAsync(root, upper, entries, writer, cancellationToken);
        await layers.AdoptTreeAsync(layer, upper, cancellationToken);
        return layer;
    }

    private static async Task<Layer> CopyAsync(LayerStore layers, string folder, CancellationToken cancellationToken)
    {
        var options = new LayerWriterOptions();
        using DirectoryHandle root = DirectoryHandle.Open(folder);
        List<LayerEntry> entries = new UpperDirectory(null, options.Timestamp, touch: false, cancellationToken).Collect(root);
        await using LayerWriter writer = layers.CreateWriter(options);
        return await WriteAsync(root, folder, entries, writer, cancellationToken);
    }

    private static async Task<Layer> WriteAsync(
        DirectoryHandle root, string name, List<LayerEntry> entries, LayerWriter writer, CancellationToken cancellationToken)
    {
        DirectoryHandle? parent = null;
        string? parentPath = null;
        try
        {
            foreach (LayerEntry entry in entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry is not { Kind: LayerEntryKind.File, Size: > 0 })
                {
                    await writer.AddAsync(entry, cancellationToken);
                    continue;
                }

                if (parentPath != LayerPath.ParentOf(entry.Path))
                {
                    parent?.Dispose();
                    parentPath = LayerPath.ParentOf(entry.Path);
                    parent = root.OpenBeneath(parentPath);
                }

                using FileDescriptor file = parent!.OpenFile(entry.Name);
                await writer.AddOpenFileAsync(entry, file, Path.Combine(name, entry.Path), cancellationToken);
            }
        }
        finally
        {
            parent?.Dispose();
        }

        return await writer.CompleteAsync(cancellationToken);
    }
}
