namespace Slipway.Images.Layers;

/// <summary>Writes again, byte for byte, the tar of a layer that this program wrote, from its entries and its tree.</summary>
internal static class CanonicalTar
{
    /// <param name="layer">The layer; it has a <see cref="Layer.CanonicalTime"/>.</param>
    /// <param name="tree">Its tree.</param>
    /// <param name="path">The file that the tar goes to; null only to see what it comes to.</param>
    /// <param name="take">Takes the file over when it is whole; else it is removed.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What was written; another digest than the layer's says that the tree was changed.</returns>
    internal static async Task<Layer> WriteAsync(Layer layer, string tree, string? path, Action<Layer> take, CancellationToken cancellationToken)
    {
        var options = new LayerWriterOptions { Timestamp = layer.CanonicalTime!.Value, KeepTar = path is not null };
        await using var writer = new LayerWriter(options, path, (written, _, _) =>
        {
            take(written);
            return Task.CompletedTask;
        });
        foreach (LayerEntry entry in layer.Index.Entries.Where(entry => !entry.IsImplied))
        {
            if (entry.Kind == LayerEntryKind.File)
            {
                await writer.AddFileAsync(entry, Path.Combine(tree, entry.Path), cancellationToken);
            }
            else
            {
                await writer.AddAsync(entry, cancellationToken);
            }
        }

        return await writer.CompleteAsync(cancellationToken);
    }
}
