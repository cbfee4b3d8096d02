using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Layers;

/// <summary>A finished layer: its digest, the size of its uncompressed tar, and what is in it.</summary>
public sealed record Layer(Digest DiffId, long TarSize, LayerIndex Index)
{
    /// <summary>Names the uncompressed tar, as a local build's manifest does.</summary>
    public Descriptor TarDescriptor => new(MediaTypes.OciLayerTar, DiffId, TarSize);

    /// <summary>
    /// The time that all entries carry, if this program wrote the layer: then its tar can be written again, byte for byte, from entries and tree. Null for a foreign layer.
    /// </summary>
    public long? CanonicalTime { get; init; }

    /// <summary>Whether the layer changes nothing.</summary>
    public bool IsEmpty => Index.Count == 0;
}
