using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>
/// Indexes put together by hand, as <c>docker manifest</c> does: kept in the store under the name they will be pushed to. Members are images of the store, else of registries,
/// of which only the documents are fetched.
/// </summary>
public sealed class ManifestLists(Registries registries, ImageStore store)
{
    /// <summary>Makes an index of these images, or adds them to the one there is.</summary>
    /// <exception cref="DiagnosticException">An image does not exist, or the index does and is not to be changed.</exception>
    public async Task<Descriptor> CreateAsync(
        ImageReference list, IReadOnlyList<ImageReference> members, bool amend, CancellationToken cancellationToken)
    {
        OciIndex? existing = await TryReadAsync(list, cancellationToken);
        if (existing is not null && !amend)
        {
            throw new DiagnosticException("index-exists", $"The index {list.Familiar} exists already.", "Add to it with --amend, or remove it with manifest rm.");
        }

        List<Descriptor> entries = [.. existing?.Manifests ?? []];
        foreach (ImageReference member in members)
        {
            foreach (Descriptor manifest in await FindAsync(member, cancellationToken))
            {
                entries.RemoveAll(entry => entry.Digest == manifest.Digest);
                entries.Add(manifest);
            }
        }

        return await WriteAsync(list, entries, cancellationToken);
    }

    /// <summary>Says for which platform an image of the index is.</summary>
    /// <exception cref="DiagnosticException">There is no such index, or the image is not in it.</exception>
    public async Task<Descriptor> AnnotateAsync(
        ImageReference list, ImageReference member, Func<Platform, Platform> change, CancellationToken cancellationToken)
    {
        OciIndex index = await ReadAsync(list, cancellationToken);
        HashSet<Digest> meant = [.. (await FindAsync(member, cancellationToken)).Select(manifest => manifest.Digest)];
        return index.Manifests.Any(entry => meant.Contains(entry.Digest))
            ? await WriteAsync(
                list, [.. index.Manifests.Select(entry => meant.Contains(entry.Digest) ? entry with { Platform = change(entry.Platform ?? new Platform()) } : entry)], cancellationToken)
            : throw new DiagnosticException("not-in-index", $"The index {list.Familiar} does not name {member.Familiar}.", $"Add it with manifest create --amend {list.Familiar} {member.Familiar}.");
    }

    /// <summary>Removes an index by its name.</summary>
    /// <exception cref="DiagnosticException">There is no such index.</exception>
    public async Task RemoveAsync(ImageReference list, CancellationToken cancellationToken)
    {
        await ReadAsync(list, cancellationToken);
        await store.UntagAsync(list, cancellationToken);
    }

    /// <summary>The index of that name in the store.</summary>
    /// <exception cref="DiagnosticException">There is no such index.</exception>
    public async Task<OciIndex> ReadAsync(ImageReference list, CancellationToken cancellationToken) => await TryReadAsync(list, cancellationToken)
        ?? throw new DiagnosticException("no-such-index", $"There is no index {list.Familiar} in the store.", $"Make it with manifest create {list.Familiar} IMAGE….");

    /// <summary>The index of that name in the store; null when there is none.</summary>
    public async Task<OciIndex?> TryReadAsync(ImageReference list, CancellationToken cancellationToken) =>
        store.FindTarget(list) is { } target && MediaTypes.IsIndex(target.MediaType)
            ? ImageJson.ReadIndex(await store.Blobs.ReadAsync(target.Digest, cancellationToken))
            : null;

    private async Task<IReadOnlyList<Descriptor>> FindAsync(ImageReference member, CancellationToken cancellationToken)
    {
        if (store.FindTarget(member) is { } target && await store.LoadPlatformsAsync(target, cancellationToken) is { Count: > 0 } here)
        {
            return [.. here.Select(image => Entry(image.ManifestDescriptor, image.Config))];
        }

        IReadOnlyList<ResolvedImage> there = await new ImagePuller(registries, store).ResolveAllAsync(member, cancellationToken);
        return [.. there.Select(image => Entry(image.ManifestDescriptor, image.Config))];
    }

    private static Descriptor Entry(Descriptor manifest, ImageConfig config) =>
        new Descriptor(manifest.MediaType, manifest.Digest, manifest.Size) with { Platform = config.Platform };

    private async Task<Descriptor> WriteAsync(ImageReference list, List<Descriptor> entries, CancellationToken cancellationToken)
    {
        bool docker = entries.Count > 0 && entries.All(entry => entry.MediaType == MediaTypes.DockerManifest);
        var index = new OciIndex { MediaType = docker ? MediaTypes.DockerManifestList : MediaTypes.OciIndex, Manifests = entries };
        Descriptor target = await store.Blobs.PutAsync(ImageJson.Write(index), index.MediaType, cancellationToken);
        await store.UntagAsync(list, cancellationToken);
        await store.TagAsync(list, target, cancellationToken);
        return target;
    }
}
