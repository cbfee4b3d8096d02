using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>
/// The store: an OCI image layout (<c>oci-layout</c>, <c>index.json</c>, <c>blobs/</c>) that other tools read as it stands, with private folders beside it
/// whose names carry a format version. While it is open, nothing that it has handed out is pruned by another process.
/// </summary>
public sealed class ImageStore : IDisposable
{
    private ImageStore(string root) => Root = root;

    public string Root { get; }

    public BlobStore Blobs => throw new NotSupportedException();

    public LayerStore Layers => throw new NotSupportedException();

    public KeyStore Keys => throw new NotSupportedException();

    /// <summary>The folder of the store: the given one, else $SLIPWAY_HOME, else $XDG_DATA_HOME/slipway, else ~/.local/share/slipway.</summary>
    public static string ResolveRoot(string? root) => throw new NotSupportedException();

    /// <summary>Opens the store, making it if need be; removes what killed processes left.</summary>
    public static ImageStore Open(string root) => new(root);

    /// <summary>A new empty directory on the store's file system that goes away with this process, however it ends.</summary>
    public string CreateTemporaryDirectory(string purpose) => throw new NotSupportedException();

    /// <summary>
    /// Stores config and manifest. The layers are named as the manifest shall name them: a base's as its own manifest did, new ones by
    /// <see cref="Layers.Layer.TarDescriptor"/>; tars that are not on disk yet are written. The image has no name until it is tagged, but is listed.
    /// </summary>
    public Task<StoredImage> PutImageAsync(ImageConfig config, IReadOnlyList<Descriptor> layers, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Lists a manifest or index that is among the blobs, without a name.</summary>
    public Task AddAsync(Descriptor target, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Names a manifest or index that is among the blobs; the image that had the name stays, without it.</summary>
    public Task TagAsync(ImageReference reference, Descriptor target, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>All images, newest first; of an index the manifest of <paramref name="platform"/> (an index that has none is left out).</summary>
    public Task<IReadOnlyList<StoredImage>> ListAsync(Platform platform, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The image of that name, or null.</summary>
    public Task<StoredImage?> FindAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The image a person means: a name, or the beginning of an id or manifest digest, with or without <c>sha256:</c>. Null when there is none.</summary>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">The prefix fits several images.</exception>
    public Task<StoredImage?> ResolveAsync(string nameOrId, Platform platform, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Takes the name away; the image itself too when that was its last one. False when there is no such name.</summary>
    public Task<bool> UntagAsync(ImageReference reference, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Removes the image and all its names. Its blobs go with the next prune.</summary>
    public Task RemoveAsync(StoredImage image, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What is on disk, by kind.</summary>
    public Task<IReadOnlyList<StoreUsage>> GetUsageAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Removes what nothing refers to, and what the options add; never what a running process uses.</summary>
    public Task<PruneResult> PruneAsync(PruneOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
