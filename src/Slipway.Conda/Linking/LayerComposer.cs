using Slipway.Images.Layers;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>Streams entries of a conda environment into a layer, as <see cref="EntryLayer"/> does.</summary>
public static class LayerComposer
{
    /// <param name="writer">The layer; the caller completes it.</param>
    /// <param name="prefix">The environment's path in the image, absolute.</param>
    /// <param name="entries">What goes into this layer, of one <see cref="LinkPlan"/>: some packages, or all.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static Task WriteAsync(LayerWriter writer, string prefix, IEnumerable<LinkEntry> entries, CancellationToken cancellationToken) =>
        EntryLayer.WriteAsync(writer, prefix, entries.Select(entry => entry.ToEntry("")), cancellationToken);
}
