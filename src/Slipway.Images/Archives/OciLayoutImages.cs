using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>
/// Base images in layout folders: manifest and config are taken into the store, layers stay where they are until somebody needs their bytes, as with a registry.
/// </summary>
public sealed class OciLayoutImages(ImageStore store)
{
    private const string Origin = "oci-layout:";
    private const int DeepestIndex = 3, LargestDocument = 16 << 20;

    /// <summary>Whether a layer's origin is a layout folder.</summary>
    public static bool IsOrigin(string origin) => origin.StartsWith(Origin, StringComparison.Ordinal);

    /// <summary>Opens a blob at such an origin. Who reads it checks its digest.</summary>
    /// <exception cref="DiagnosticException">It is not there.</exception>
    public static Stream Open(Descriptor blob, string origin)
    {
        try
        {
            return new FileStream(BlobOf(origin[Origin.Length..], blob.Digest), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 18, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("missing-blob", $"The image layout {origin[Origin.Length..]} does not give the blob {blob.Digest.Short}: {e.Message}", "Put the folder back, or make it anew.");
        }
    }

    /// <exception cref="DiagnosticException">The folder is no layout, or has no such image.</exception>
    public async Task<(Descriptor Manifest, OciManifest Document, ImageConfig Config)> ResolveAsync(OciLayoutName name, Platform platform, CancellationToken cancellationToken)
    {
        string folder = Path.GetFullPath(name.Folder);
        string index = Path.Combine(folder, ArchiveNames.IndexFile);
        if (!File.Exists(Path.Combine(folder, ArchiveNames.LayoutFile)) || !File.Exists(index))
        {
            throw new DiagnosticException(
                "not-a-layout", $"The folder {name.Folder} is no OCI image layout: it has no {ArchiveNames.LayoutFile} or no {ArchiveNames.IndexFile}.",
                "Give the folder that holds them; an archive of a layout must be unpacked.");
        }

        try
        {
            return await ResolveAsync(name, folder, ImageJson.ReadIndex(await File.ReadAllBytesAsync(index, cancellationToken)), platform, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new DiagnosticException("corrupt-image", $"{name} is no usable image: {e.Message}", "Make the layout anew.");
        }
    }

    private async Task<(Descriptor, OciManifest, ImageConfig)> ResolveAsync(
        OciLayoutName name, string folder, OciIndex index, Platform platform, CancellationToken cancellationToken)
    {
        Descriptor chosen = Choose(name, index);
        for (int depth = 0; MediaTypes.IsIndex(chosen.MediaType); depth++)
        {
            OciIndex inner = ImageJson.ReadIndex(await TakeAsync(folder, chosen, cancellationToken));
            chosen = depth < DeepestIndex && PlatformChoice.Pick(inner, platform) is { } pick ? pick : throw PlatformChoice.NoneFits(name.ToString(), inner, platform);
        }

        OciManifest manifest = ImageJson.ReadManifest(await TakeAsync(folder, chosen, cancellationToken));
        ImageDocuments.CheckManifest(name.ToString(), manifest);
        ImageConfig config = ImageJson.ReadConfig(await TakeAsync(folder, manifest.Config, cancellationToken));
        ImageDocuments.CheckConfig(name.ToString(), manifest, config);
        for (int i = 0; i < manifest.Layers.Count; i++)
        {
            await store.Layers.AddBlobAsync(config.DiffIds[i], manifest.Layers[i], Origin + folder, cancellationToken);
        }

        return (chosen, manifest, config);
    }

    private static Descriptor Choose(OciLayoutName name, OciIndex index)
    {
        Descriptor[] fitting = [.. index.Manifests.Where(entry => (name.Digest is not { } digest || entry.Digest == digest) && (name.Tag is not { } tag || IsCalled(entry, tag)))];
        if (fitting.Length > 1 && name is { Tag: null, Digest: null })
        {
            fitting = [.. fitting.Where(entry => IsCalled(entry, "latest"))];
        }

        // A manifest inside an index of the layout can be named by its digest as well.
        return fitting.FirstOrDefault() ?? (name is { Digest: { } inner, Tag: null } ? new Descriptor(MediaTypes.OciManifest, inner, -1) : throw new DiagnosticException(
            "no-such-image", $"{OciLayoutName.Prefix}{name.Folder} has no image {name.Tag ?? "latest"}.",
            index.Manifests.Select(TagOf).OfType<string>().Distinct().ToArray() is { Length: > 0 } tags ? $"It has {string.Join(", ", tags.Take(10))}; name one: {OciLayoutName.Prefix}{name.Folder}:{tags[0]}" : "Name it by its digest: PATH@sha256:…"));
    }

    private static bool IsCalled(Descriptor entry, string tag) => TagOf(entry) == tag || ArchiveNames.Of(entry)?.Tag == tag;

    private static string? TagOf(Descriptor entry) => ArchiveNames.Of(entry)?.Tag ?? entry.Annotations.GetValueOrDefault(ArchiveNames.RefName);

    private async Task<byte[]> TakeAsync(string folder, Descriptor document, CancellationToken cancellationToken)
    {
        if (!store.Blobs.Exists(document.Digest))
        {
            await using Stream bytes = Open(document, Origin + folder);
            long size = document.Size < 0 ? bytes.Length : document.Size;
            if (size > LargestDocument)
            {
                throw new InvalidDataException($"the document {document.Digest.Short} has {size} bytes.");
            }

            await store.Blobs.PutAsync(bytes, document with { Size = size }, cancellationToken);
        }

        return await store.Blobs.ReadAsync(document.Digest, cancellationToken);
    }

    private static string BlobOf(string folder, Digest digest) => Path.Combine(folder, "blobs", digest.Algorithm, digest.Hex);
}
