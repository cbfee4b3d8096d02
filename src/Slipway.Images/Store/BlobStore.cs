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
    private const int MaximumSmallBlob = 16 << 20, CopyBuffer = 256 * 1024;

    private readonly StoreLayout _layout;
    private readonly StoreLease _lease;
    private readonly StoreUse _use;
    private readonly SpaceCheck _space;

    internal BlobStore(StoreLayout layout, StoreLease lease, StoreUse use, SpaceCheck space) => (_layout, _lease, _use, _space) = (layout, lease, use, space);

    /// <summary>Called for a missing blob that was registered with <see cref="LayerStore.AddBlobAsync"/> and an origin. Set once at start.</summary>
    public BlobFetcher? Fetcher { get; set; }

    public bool Exists(Digest digest) => _use.Mark(PathOf(digest));

    /// <summary>The size in bytes, or null when the blob is not here.</summary>
    public long? SizeOf(Digest digest) => Exists(digest) ? new FileInfo(PathOf(digest)).Length : null;

    /// <summary>The file that holds (or would hold) the blob.</summary>
    public string PathOf(Digest digest) => _layout.Blob(digest);

    /// <exception cref="FileNotFoundException">The blob is not here.</exception>
    public Stream OpenRead(Digest digest) => Exists(digest)
        ? new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, CopyBuffer, FileOptions.SequentialScan)
        : throw new FileNotFoundException($"The blob {digest} is not in the store.", PathOf(digest));

    /// <summary>A whole small blob (a manifest or config), verified; more than 16 MiB is an <see cref="InvalidDataException"/>.</summary>
    public async Task<byte[]> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (SizeOf(digest) > MaximumSmallBlob)
        {
            throw new InvalidDataException($"The blob {digest} is too large for a manifest or config: more than {MaximumSmallBlob >> 20} MiB.");
        }

        await using Stream stream = OpenRead(digest);
        byte[] content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return digest.Algorithm != "sha256" || Digest.Of(content) == digest
            ? content
            : throw new InvalidDataException($"The blob {digest} in the store is damaged. Remove the file {PathOf(digest)} and get the image again.");
    }

    /// <summary>Stores a small blob durably; does nothing when it is there.</summary>
    public async Task<Descriptor> PutAsync(ReadOnlyMemory<byte> content, string mediaType, CancellationToken cancellationToken)
    {
        var descriptor = new Descriptor(mediaType, Digest.Of(content.Span), content.Length);
        if (SizeOf(descriptor.Digest) != content.Length)
        {
            string path = _lease.NewPath("blob");
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
            {
                await file.WriteAsync(content, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            Take(path, descriptor.Digest);
        }

        return descriptor;
    }

    /// <summary>Stores the rest of the stream if its digest and size are as expected.</summary>
    /// <exception cref="InvalidDataException">They are not; nothing is stored.</exception>
    public Task PutAsync(Stream content, Descriptor expected, CancellationToken cancellationToken) => PutAsync(content, expected, null, cancellationToken);

    /// <summary>As the other; the bytes can be read while they come. Whoever gets the growing blob disposes it, and trusts it when this task has ended well.</summary>
    internal async Task PutAsync(Stream content, Descriptor expected, Action<GrowingBlob>? growing, CancellationToken cancellationToken)
    {
        await _space.RequireAsync(expected.Size, $"the blob {expected.Digest.Short}", cancellationToken);
        await using var writer = new BlobWriter(this, _lease.NewPath("blob"), expected.Digest.Algorithm == "sha512");
        growing?.Invoke(writer.Share());
        byte[] buffer = new byte[CopyBuffer];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (writer.Length + read > expected.Size)
            {
                throw new InvalidDataException($"The blob {expected.Digest} has more than the expected {expected.Size} bytes.");
            }

            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        await writer.CommitAsync(expected.Digest, expected.Size, cancellationToken);
    }

    /// <summary>As the other, for bytes that can be had from several places: opened anew after a <see cref="BlobElsewhereException"/>.</summary>
    public async Task PutAsync(Func<CancellationToken, Task<Stream>> open, Descriptor expected, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using Stream content = await open(cancellationToken);
                await PutAsync(content, expected, cancellationToken);
                return;
            }
            catch (BlobElsewhereException)
            {
                // What was read is not kept; whoever opens leaves that place out now.
            }
        }
    }

    /// <summary>Starts a blob whose digest is not known beforehand; disposing the writer without committing leaves nothing.</summary>
    public BlobWriter CreateWriter() => new(this, _lease.NewPath("blob"), sha512: false);

    /// <summary>Takes over a finished file whose digest is certain.</summary>
    internal void Take(string path, Digest digest)
    {
        string target = PathOf(digest);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(path, target, overwrite: true);
        _use.Mark(target);
    }
}
