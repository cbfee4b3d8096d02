using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store.Checking;

namespace Slipway.Images.Store;

/// <summary>
/// The store: an OCI image layout (<c>oci-layout</c>, <c>index.json</c>, <c>blobs/</c>) that other tools read as it stands, with private folders beside it
/// whose names carry a format version. While it is open, nothing that it has handed out is pruned by another process.
/// </summary>
public sealed class ImageStore : IDisposable
{
    private readonly StoreLayout _layout;
    private readonly StoreLease _lease;
    private readonly ImageIndexFile _index;
    private readonly SpaceCheck _space;

    private ImageStore(StoreLayout layout, StoreLease lease)
    {
        (_layout, _lease, _index) = (layout, lease, new ImageIndexFile(layout));
        var use = new StoreUse(layout, lease.Started);
        var space = new SpaceCheck(layout, async token => (await PruneAsync(new PruneOptions { DryRun = true }, token)).FreedBytes);
        Blobs = new BlobStore(layout, lease, use, space);
        Layers = new LayerStore(layout, lease, use, Blobs, space);
        _space = space;
        Keys = new KeyStore(layout, lease, use);
    }

    public string Root => _layout.Root;

    public BlobStore Blobs { get; }

    public LayerStore Layers { get; }

    public KeyStore Keys { get; }

    /// <summary>What the machine lost when it stopped, and was taken away when the store was opened; usually nothing.</summary>
    public IReadOnlyList<StoreProblem> Lost { get; private init; } = [];

    /// <summary>The folder of the store: the given one, else $SLIPWAY_HOME, else $XDG_DATA_HOME/slipway, else ~/.local/share/slipway.</summary>
    public static string ResolveRoot(string? root)
    {
        string? chosen = NotEmpty(root) ?? NotEmpty(Environment.GetEnvironmentVariable("SLIPWAY_HOME"));
        string? data = NotEmpty(Environment.GetEnvironmentVariable("XDG_DATA_HOME"))
            ?? (NotEmpty(Environment.GetEnvironmentVariable("HOME")) is { } home ? Path.Combine(home, ".local", "share") : null);
        return Path.GetFullPath(chosen ?? (data is null
            ? throw new DiagnosticException("no-store", "There is no folder for the image store: neither SLIPWAY_HOME nor HOME is set.", "Set SLIPWAY_HOME, or give --root.")
            : Path.Combine(data, "slipway")));

        static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>Opens the store, making it if need be; removes what killed processes left.</summary>
    /// <exception cref="DiagnosticException">The folder cannot be made or written.</exception>
    public static ImageStore Open(string root)
    {
        var layout = new StoreLayout(Path.GetFullPath(root));
        try
        {
            layout.Create();
            if (!File.Exists(layout.OciLayout))
            {
                AtomicFile.Write(layout.OciLayout, """{"imageLayoutVersion":"1.0.0"}"""u8);
            }

            if (!File.Exists(layout.Index))
            {
                AtomicFile.Write(layout.Index, ImageJson.Write(new OciIndex()));
            }

            StoreLease.RemoveStale(layout);
            StoreLease lease = StoreLease.Take(layout);
            return new ImageStore(layout, lease) { Lost = RestartCheck.Run(layout, lease) };
        }
        catch (IOException e) when (DiskSpace.IsUsedUp(e))
        {
            throw new DiagnosticException(
                DiskSpace.FullCode, $"there is no space left on the disk for the image store in '{layout.Root}': {e.Message}",
                "free some space there, or put the store on another disk with --root or SLIPWAY_HOME");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("no-store", $"The image store in '{layout.Root}' cannot be used: {e.Message}", "Choose another folder with --root or SLIPWAY_HOME.");
        }
    }

    /// <summary>A new empty directory on the store's file system that goes away with this process, however it ends.</summary>
    public string CreateTemporaryDirectory(string purpose)
    {
        string path = _lease.NewPath(purpose);
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>
    /// Stores config and manifest and names the image. The layers are named as the manifest shall name them: a base's as its own manifest did, new ones by
    /// <see cref="Layers.Layer.TarDescriptor"/>; tars that are not on disk yet are written, except those that a shared cache holds. An image without a name is listed all the same.
    /// </summary>
    public async Task<StoredImage> PutImageAsync(
        ImageConfig config, IReadOnlyList<Descriptor> layers, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        StoredImage image = await WriteImageAsync(config, layers, cancellationToken);
        await _index.UpdateAsync(
            entries => names.Aggregate(ImageIndexFile.Add(entries, image.Target), (list, name) => ImageIndexFile.Tag(list, name, image.Target)), cancellationToken);
        return image with { Names = names };
    }

    /// <summary>As <see cref="PutImageAsync(ImageConfig, IReadOnlyList{Descriptor}, IReadOnlyList{ImageReference}, CancellationToken)"/>, but the image is not listed.</summary>
    public async Task<StoredImage> WriteImageAsync(ImageConfig config, IReadOnlyList<Descriptor> layers, CancellationToken cancellationToken)
    {
        Descriptor[] missing = [.. layers.Where(layer => layer.MediaType == MediaTypes.OciLayerTar && !Blobs.Exists(layer.Digest) && !Layers.IsAtCache(layer.Digest)
            && !Layers.GetOrigins(layer.Digest).Any(known => known.Blob == layer.Digest))];
        if (missing.Length > 0)
        {
            await Parallel.ForEachAsync(missing, cancellationToken, async (layer, token) => await Layers.GetBlobAsync(layer.Digest, CompressionKind.None, token));
        }

        byte[] configBytes = ImageJson.Write(config);
        var manifest = new OciManifest { Config = new Descriptor(MediaTypes.OciConfig, Digest.Of(configBytes), configBytes.Length), Layers = layers };
        Task<Descriptor> storing = Blobs.PutAsync(configBytes, MediaTypes.OciConfig, cancellationToken); // syncing takes its time: both at once
        Descriptor written = await Blobs.PutAsync(ImageJson.Write(manifest), manifest.MediaType, cancellationToken);
        await storing;
        Descriptor target = written with { Platform = config.Platform };
        return new StoredImage([], target, target, manifest, config, null);
    }

    /// <summary>As the other, without a name.</summary>
    public Task<StoredImage> PutImageAsync(ImageConfig config, IReadOnlyList<Descriptor> layers, CancellationToken cancellationToken) =>
        PutImageAsync(config, layers, [], cancellationToken);

    /// <summary>Lists a manifest or index that is among the blobs, without a name.</summary>
    public Task AddAsync(Descriptor target, CancellationToken cancellationToken) =>
        _index.UpdateAsync(entries => ImageIndexFile.Add(entries, target), cancellationToken);

    /// <summary>Names a manifest or index that is among the blobs; the image that had the name stays, without it.</summary>
    public Task TagAsync(ImageReference reference, Descriptor target, CancellationToken cancellationToken) =>
        _index.UpdateAsync(entries => ImageIndexFile.Tag(entries, reference, target), cancellationToken);

    /// <summary>All images, newest first; of an index the manifest of <paramref name="platform"/>, else the first that is here.</summary>
    public async Task<IReadOnlyList<StoredImage>> ListAsync(Platform platform, CancellationToken cancellationToken)
    {
        var images = new List<StoredImage>();
        foreach (IGrouping<Digest, Descriptor> same in _index.Read().Manifests.GroupBy(entry => entry.Digest))
        {
            if (await LoadAsync([.. same], platform, anyPlatform: true, cancellationToken) is { } image)
            {
                images.Add(image);
            }
        }

        return [.. images.OrderByDescending(image => image.TaggedAt)];
    }

    /// <summary>What a name stands for, whether it can be used on this machine or not; null when there is no such name.</summary>
    public Descriptor? FindTarget(ImageReference name) =>
        _index.Read().Manifests.FirstOrDefault(entry => ImageIndexFile.NameOf(entry) == name) is { } entry ? entry with { Annotations = NoText.Map } : null;

    /// <summary>The images of an index whose documents are here, in its order; of a single image itself.</summary>
    public async Task<IReadOnlyList<StoredImage>> LoadPlatformsAsync(StoredImage image, CancellationToken cancellationToken) =>
        !MediaTypes.IsIndex(image.Target.MediaType)
            ? [image]
            : [.. (await LoadPlatformsAsync(image.Target, cancellationToken)).Select(one => one with { Names = image.Names, TaggedAt = image.TaggedAt })];

    /// <summary>As the other, of a target without its names.</summary>
    public async Task<IReadOnlyList<StoredImage>> LoadPlatformsAsync(Descriptor target, CancellationToken cancellationToken)
    {
        List<StoredImage> images = [];
        IReadOnlyList<Descriptor> manifests = MediaTypes.IsIndex(target.MediaType)
            ? ImageJson.ReadIndex(await Blobs.ReadAsync(target.Digest, cancellationToken)).Manifests
            : [target];
        foreach (Descriptor manifest in manifests.Where(IsImage))
        {
            if (await ReadAsync(manifest, cancellationToken) is var (document, config))
            {
                images.Add(new StoredImage([], target, manifest, document, config, null));
            }
        }

        return images;
    }

    /// <summary>The image of that name, or null. A digest in the reference alone decides.</summary>
    public async Task<StoredImage?> FindAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        IReadOnlyList<Descriptor> entries = _index.Read().Manifests;
        Descriptor? found = reference.Digest is { } digest
            ? entries.FirstOrDefault(entry => entry.Digest == digest)
            : entries.FirstOrDefault(entry => ImageIndexFile.NameOf(entry) == reference);
        return found is null ? null : await LoadAsync([.. entries.Where(entry => entry.Digest == found.Digest)], platform, anyPlatform: false, cancellationToken);
    }

    /// <summary>The image a person means: a name, or the beginning of an id or manifest digest, with or without <c>sha256:</c>. Null when there is none.</summary>
    /// <exception cref="DiagnosticException">The prefix fits several images.</exception>
    public async Task<StoredImage?> ResolveAsync(string nameOrId, Platform platform, CancellationToken cancellationToken)
    {
        if (ImageReference.TryParse(nameOrId, out ImageReference? reference)
            && await FindAsync(reference, platform, cancellationToken) is { } named)
        {
            return named;
        }

        string prefix = nameOrId.StartsWith("sha256:", StringComparison.Ordinal) ? nameOrId["sha256:".Length..] : nameOrId;
        if (prefix.Length == 0 || !prefix.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        StoredImage[] fitting = [.. (await ListAsync(platform, cancellationToken)).Where(image =>
            image.Id.Hex.StartsWith(prefix, StringComparison.Ordinal)
            || image.Target.Digest.Hex.StartsWith(prefix, StringComparison.Ordinal)
            || image.ManifestDescriptor.Digest.Hex.StartsWith(prefix, StringComparison.Ordinal))];
        return fitting.DistinctBy(image => image.Id).Count() <= 1
            ? fitting.FirstOrDefault()
            : throw new DiagnosticException(
                "ambiguous-id", $"'{nameOrId}' is the beginning of the ids of {fitting.Length} images.", "Give more digits: " + string.Join(", ", fitting.Select(image => image.Id.Short)));
    }

    /// <summary>Takes the name away; the image itself too when that was its last one. False when there is no such name.</summary>
    public async Task<bool> UntagAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        bool found = false;
        await _index.UpdateAsync(
            entries =>
            {
                Descriptor[] kept = [.. entries.Where(entry => ImageIndexFile.NameOf(entry) != reference)];
                found = kept.Length < entries.Count;
                return found ? kept : entries;
            },
            cancellationToken);
        return found;
    }

    /// <summary>Removes the image and all its names. Its blobs go with the next prune.</summary>
    public Task RemoveAsync(StoredImage image, CancellationToken cancellationToken) =>
        _index.UpdateAsync(entries => [.. entries.Where(entry => entry.Digest != image.Target.Digest)], cancellationToken);

    /// <summary>The file that a process locks while it makes what this key names.</summary>
    public string StepLockOf(Digest key) => Path.Combine(_layout.Locks, $"{StoreLayout.StepLockPrefix}{key.Hex}.lock");

    /// <summary>Makes sure that the disk has room for what is going to be written.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="what">For what, to begin a sentence with: <c>pulling debian:12</c>.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">It has less; the message says how much a prune would free.</exception>
    public Task RequireSpaceAsync(long bytes, string what, CancellationToken cancellationToken) => _space.RequireAsync(bytes, what, cancellationToken);

    /// <summary>What is on disk, by kind.</summary>
    public async Task<StoreUsageReport> GetUsageAsync(CancellationToken cancellationToken) =>
        StoreMeasure.Of(await StoreInventory.ReadAsync(_layout, _index, cancellationToken));

    /// <summary>Removes what nothing refers to, and what the options add; never what a running process uses.</summary>
    public Task<PruneResult> PruneAsync(PruneOptions options, CancellationToken cancellationToken) =>
        new StorePruner(_layout, _lease, _index).PruneAsync(options, cancellationToken);

    /// <summary>Reads everything in the store and says what is not as it should be.</summary>
    /// <param name="repair">Whether to take damaged things away, so that they are made or fetched again.</param>
    /// <param name="progress">Hears of the bytes read.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<IReadOnlyList<StoreProblem>> CheckAsync(bool repair, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        new StoreCheck(_layout, _lease, _index, Layers.IgnoreOwnerErrors).RunAsync(repair, progress, cancellationToken);

    public void Dispose()
    {
        Layers.SaveDigests();
        _lease.Dispose();
    }

    private async Task<StoredImage?> LoadAsync(Descriptor[] entries, Platform platform, bool anyPlatform, CancellationToken cancellationToken)
    {
        Descriptor target = entries[0] with { Annotations = NoText.Map };
        Descriptor? chosen = target;
        if (MediaTypes.IsIndex(target.MediaType))
        {
            Descriptor[] manifests = [.. ImageJson.ReadIndex(await Blobs.ReadAsync(target.Digest, cancellationToken)).Manifests.Where(IsImage)];
            chosen = manifests.FirstOrDefault(manifest => manifest.Platform?.Matches(platform) ?? false)
                ?? (anyPlatform ? manifests.FirstOrDefault(manifest => Blobs.Exists(manifest.Digest)) : null);
        }

        if (chosen is null || await ReadAsync(chosen, cancellationToken) is not var (manifest, config))
        {
            return null;
        }

        ImageReference[] names = [.. entries.Select(ImageIndexFile.NameOf).OfType<ImageReference>()];
        return new StoredImage(names, target, chosen, manifest, config, entries.Max(ImageIndexFile.TimeOf));
    }

    private async Task<(OciManifest, ImageConfig)?> ReadAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (!Blobs.Exists(descriptor.Digest))
        {
            return null;
        }

        OciManifest manifest = ImageJson.ReadManifest(await Blobs.ReadAsync(descriptor.Digest, cancellationToken));
        return (manifest, ImageJson.ReadConfig(await Blobs.ReadAsync(manifest.Config.Digest, cancellationToken)));
    }

    private static bool IsImage(Descriptor manifest) =>
        MediaTypes.IsManifest(manifest.MediaType) && manifest.ArtifactType is null && manifest.Platform is not { Os: "unknown" };
}
