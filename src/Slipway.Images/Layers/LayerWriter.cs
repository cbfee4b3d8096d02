namespace Slipway.Images.Layers;

/// <summary>
/// Writes one layer: a canonical tar (see docs/decisions/0010), hashed on the way. Entries must come in the order of
/// <see cref="LayerPath.Order"/>, each path once, a hard link after its target; anything else throws
/// <see cref="ArgumentException"/>. Not for use by several threads at once. Disposing without completing leaves nothing.
/// </summary>
public abstract class LayerWriter : IAsyncDisposable
{
    /// <summary>Adds an entry that has no bytes: anything but a file, or an empty file.</summary>
    public abstract Task AddAsync(LayerEntry entry, CancellationToken cancellationToken);

    /// <summary>Adds a file with exactly <see cref="LayerEntry.Size"/> bytes of the stream; fewer is an <see cref="InvalidDataException"/>.</summary>
    public abstract Task AddAsync(LayerEntry entry, Stream data, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a file with the bytes of the one at <paramref name="sourcePath"/> (not followed if it is a link), which must have
    /// <see cref="LayerEntry.Size"/> bytes; a file that changes while it is read is an <see cref="IOException"/>.
    /// </summary>
    public abstract Task AddFileAsync(LayerEntry entry, string sourcePath, CancellationToken cancellationToken);

    /// <summary>Ends the tar and puts the layer into the store. Nothing can be added afterwards.</summary>
    public abstract Task<Layer> CompleteAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
