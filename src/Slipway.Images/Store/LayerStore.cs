using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>
/// The layers of the store in their forms: entries, tar, compressed blobs, tree. A form is made when it is first asked for, by one
/// thread of one process while the others wait, and then kept.
/// </summary>
public sealed class LayerStore
{
    /// <summary>Whether some form of the layer is here from which the others can be made without a network.</summary>
    public bool Exists(Digest diffId) => throw new NotSupportedException();

    /// <summary>Whether the layer is here or a blob of it was registered with an origin.</summary>
    public bool IsKnown(Digest diffId) => throw new NotSupportedException();

    public LayerWriter CreateWriter(LayerWriterOptions options) => throw new NotSupportedException();

    /// <summary>The entries of the layer.</summary>
    public Task<LayerIndex> GetIndexAsync(Digest diffId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The layer's directory as overlayfs wants it, unpacked if need be.</summary>
    public Task<string> GetTreeAsync(Digest diffId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The directory if it is there already, else null.</summary>
    public string? TryGetTree(Digest diffId) => throw new NotSupportedException();

    /// <summary>The uncompressed tar: from its blob, a compressed blob, or written again from the tree.</summary>
    public Task<Stream> OpenTarAsync(Digest diffId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The layer as a blob of the store: the tar itself, or compressed once and kept.</summary>
    public Task<Descriptor> GetBlobAsync(Digest diffId, CompressionKind compression, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The blobs known to hold the layer, here or at their origin.</summary>
    public Task<IReadOnlyList<Descriptor>> GetKnownBlobsAsync(Digest diffId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Says that the blob, decompressed, is the layer; with an origin the blob need not be here yet.</summary>
    public Task AddBlobAsync(Digest diffId, Descriptor blob, string? origin, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Makes sure that the blob is here, fetching it from its origin if need be.</summary>
    public Task EnsureBlobAsync(Digest diffId, Descriptor blob, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Reads a tar of unknown digest (a docker archive's layer, an <c>import</c>), compressed or not, and stores it uncompressed.</summary>
    public Task<Layer> AddTarAsync(Stream tar, CancellationToken cancellationToken) => AddTarAsync(tar, new UnpackOptions(), cancellationToken);

    /// <summary>As <see cref="AddTarAsync(Stream, CancellationToken)"/>, read as the options say (an archive of ADD: no whiteouts, no absolute paths).</summary>
    public Task<Layer> AddTarAsync(Stream tar, UnpackOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Takes the directory over as the tree of a layer just written without unpacking; gone afterwards even if the layer had a tree already.</summary>
    public Task AdoptTreeAsync(Layer layer, string directory, CancellationToken cancellationToken) => throw new NotSupportedException();
}
