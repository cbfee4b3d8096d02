using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>Gets the bytes of a blob that the store knows but does not hold, from where it came (the registry).</summary>
/// <param name="blob">The blob.</param>
/// <param name="origin">What was given with it, usually an image reference.</param>
/// <param name="cancellationToken">Stops the transfer.</param>
public delegate Task<Stream> BlobFetcher(Descriptor blob, string origin, CancellationToken cancellationToken);

/// <summary>The content-addressed files of the store, <c>blobs/sha256/&lt;hex&gt;</c>. A blob is there whole and verified, or not at all.</summary>
public sealed class BlobStore
{
    /// <summary>Called for a missing blob that was registered with <see cref="LayerStore.AddBlobAsync"/> and an origin. Set once at start.</summary>
    public BlobFetcher? Fetcher { get; set; }

    public bool Exists(Digest digest) => throw new NotSupportedException();

    /// <summary>The size in bytes, or null when the blob is not here.</summary>
    public long? SizeOf(Digest digest) => throw new NotSupportedException();

    /// <summary>The file that holds (or would hold) the blob.</summary>
    public string PathOf(Digest digest) => throw new NotSupportedException();

    /// <exception cref="FileNotFoundException">The blob is not here.</exception>
    public Stream OpenRead(Digest digest) => throw new NotSupportedException();

    /// <summary>A whole small blob (a manifest or config); more than 16 MiB is an <see cref="InvalidDataException"/>.</summary>
    public Task<byte[]> ReadAsync(Digest digest, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Stores a small blob durably; does nothing when it is there.</summary>
    public Task<Descriptor> PutAsync(ReadOnlyMemory<byte> content, string mediaType, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Stores the rest of the stream if its digest and size are as expected.</summary>
    /// <exception cref="InvalidDataException">They are not; nothing is stored.</exception>
    public Task PutAsync(Stream content, Descriptor expected, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Starts a blob whose digest is not known beforehand; disposing the writer without committing leaves nothing.</summary>
    public BlobWriter CreateWriter() => throw new NotSupportedException();
}
