using System.Globalization;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>
/// What images were when their registries were asked the last time: name and platform → manifest. Kept in the store, so that a build does not ask again for what it
/// knows; forgotten when the documents it leads to were pruned.
/// </summary>
public sealed class ResolvedTags(ImageStore store, TimeProvider clock)
{
    private const string Target = "target", TargetType = "target.type", Manifest = "manifest", Asked = "asked";

    /// <summary>The image as it was, or null when it is not known.</summary>
    public async Task<ResolvedImage?> FindAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        KeyRecord? record = await store.Keys.GetAsync(KeyOf(reference, platform).ToDigest(), cancellationToken);
        if (record is null || !Digest.TryParse(record.Values.GetValueOrDefault(Target), out Digest target)
            || !Digest.TryParse(record.Values.GetValueOrDefault(Manifest), out Digest chosen) || !store.Blobs.Exists(target) || !store.Blobs.Exists(chosen))
        {
            return null;
        }

        OciManifest manifest = ImageJson.ReadManifest(await store.Blobs.ReadAsync(chosen, cancellationToken));
        if (!store.Blobs.Exists(manifest.Config.Digest))
        {
            return null;
        }

        ImageConfig config = ImageJson.ReadConfig(await store.Blobs.ReadAsync(manifest.Config.Digest, cancellationToken));
        return !config.DiffIds.All(store.Layers.IsKnown) ? null : new ResolvedImage(
            reference,
            new Descriptor(record.Values.GetValueOrDefault(TargetType, ""), target, store.Blobs.SizeOf(target) ?? 0),
            new Descriptor(manifest.MediaType, chosen, store.Blobs.SizeOf(chosen) ?? 0), manifest, config);
    }

    /// <summary>Remembers what a registry just said.</summary>
    public async Task PutAsync(ResolvedImage image, Platform platform, CancellationToken cancellationToken)
    {
        KeyBuilder key = KeyOf(image.Reference, platform);
        var values = new Dictionary<string, string>
        {
            [Target] = image.Target.Digest.ToString(),
            [TargetType] = image.Target.MediaType,
            [Manifest] = image.ManifestDescriptor.Digest.ToString(),
            [Asked] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        };
        await store.Keys.PutAsync(key.ToDigest(), new KeyRecord { Operation = $"tag {image.Reference} for {platform}", Parts = key.Parts, Values = values }, cancellationToken);
    }

    private static KeyBuilder KeyOf(ImageReference reference, Platform platform) =>
        new KeyBuilder().Add("tag", reference.ToString()).Add("platform", platform.ToString());
}
