using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Compression;
using Slipway.Images.Export;
using Slipway.Images.Model;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>
/// Brings images from the store into registries. Layers that a registry compressed once (those of a base image) go as they are; new ones are compressed, each
/// once, kept so, and sent while that is done. What the registry has is not sent.
/// </summary>
public sealed class ImagePusher(Registries registries, ImageStore store)
{
    private const int MostMounts = 2;

    /// <param name="image">The image.</param>
    /// <param name="reference">Where to; a tag, or nothing but a digest, which then must be the manifest's.</param>
    /// <param name="form">How it is written down there; gzip if it does not say a compression.</param>
    /// <param name="progress">Hears of the bytes.</param>
    /// <param name="cancellationToken">Gives up; the registry then has blobs, but no new manifest.</param>
    /// <returns>The manifest as the registry has it now; its digest is the one to pull by.</returns>
    /// <exception cref="DiagnosticException">The registry does not answer or refuses.</exception>
    public async Task<Descriptor> PushAsync(
        StoredImage image, ImageReference reference, ImageForm form, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Ready ready = await PushBlobsAsync(image, reference, form, progress, cancellationToken);
        if (reference.Digest is { } asked && asked != ready.Manifest.Digest)
        {
            throw new DiagnosticException(
                "wrong-digest", $"The manifest to push has the digest {ready.Manifest.Digest}, not {asked}.", "Push to a tag; the digest is printed afterwards.");
        }

        await PutAsync(reference, reference.Tag, ready, cancellationToken);
        return ready.Manifest;
    }

    /// <summary>As the other, with nothing but a compression for the layers that have none.</summary>
    public Task<Descriptor> PushAsync(
        StoredImage image, ImageReference reference, LayerCompression compression, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        PushAsync(image, reference, new ImageForm { Compression = compression }, progress, cancellationToken);

    /// <summary>Pushes an image under nothing but its digest, for an index that names it.</summary>
    internal async Task<Descriptor> PushUntaggedAsync(
        StoredImage image, ImageReference repository, ImageForm form, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Ready ready = await PushBlobsAsync(image, repository, form, progress, cancellationToken);
        await PutAsync(repository, null, ready, cancellationToken);
        return ready.Manifest;
    }

    private Task PutAsync(ImageReference reference, string? tag, Ready ready, CancellationToken cancellationToken) => registries.For(reference).PutManifestAsync(
        reference.Repository, tag ?? ready.Manifest.Digest.ToString(), ready.Manifest.MediaType, ready.Bytes, cancellationToken);

    private async Task<Ready> PushBlobsAsync(
        StoredImage image, ImageReference reference, ImageForm form, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ImageForm final = form.Compression is null ? form with { Compression = CompressionKind.Gzip } : form;

        // Reads all images of the store, so only if there is something to mount; most pushes mount nothing.
        var mounts = new Lazy<Task<ILookup<Digest, string>>>(() => Task.Run(() => FindMountsAsync(reference, image, cancellationToken), cancellationToken));
        var target = new PushTarget(registries.For(reference), reference.Repository, mounts, progress);
        var layers = new FormedLayer[image.Manifest.Layers.Count];
        bool configStays = final.Compression?.Kind != CompressionKind.Estargz;

        // Compressing uses all processors by itself; one layer at a time is as fast and needs less memory, while others are on their way.
        using var compressing = new SemaphoreSlim(1, 1);
        await Parallel.ForEachAsync(
            Enumerable.Range(configStays ? -1 : 0, layers.Length + (configStays ? 1 : 0)),
            new ParallelOptions { MaxDegreeOfParallelism = registries.Options.ParallelTransfers, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                if (i < 0)
                {
                    await PushKnownAsync(target, image.Manifest.Config, _ => Task.CompletedTask, token);
                    return;
                }

                Digest diffId = image.Config.DiffIds[i];
                Descriptor layer = image.Manifest.Layers[i];
                if (final.CompressionOf(layer) is { } wanted)
                {
                    layers[i] = wanted.Kind == CompressionKind.Estargz
                        ? await FormAndPushAsync(target, diffId, wanted, compressing, token)
                        : new FormedLayer(diffId, await CompressAndPushAsync(target, diffId, wanted, compressing, token));
                }
                else
                {
                    layers[i] = new FormedLayer(diffId, layer);
                    await PushKnownAsync(target, layer, t => store.Layers.EnsureBlobAsync(diffId, layer, t), token);
                }
            });

        StoredImage configured = await ImageForm.ReconfigureAsync(store, image, layers, cancellationToken);
        if (!configStays)
        {
            await PushKnownAsync(target, configured.Manifest.Config, _ => Task.CompletedTask, cancellationToken);
        }

        (byte[] bytes, string mediaType) = await PushedManifest.OfAsync(store, configured, final, [.. layers.Select(layer => layer.Blob)], cancellationToken);
        return new Ready(new Descriptor(mediaType, Digest.Of(bytes), bytes.Length), bytes);
    }

    private async Task<FormedLayer> FormAndPushAsync(
        PushTarget target, Digest diffId, LayerCompression form, SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        FormedLayer layer = await InTurnAsync(turn, () => store.Layers.GetFormAsync(diffId, form, cancellationToken), cancellationToken);
        await PushKnownAsync(target, layer.Blob, _ => Task.CompletedTask, cancellationToken);
        return layer;
    }

    private async Task<Descriptor> CompressAndPushAsync(
        PushTarget target, Digest diffId, LayerCompression compression, SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var whole = new TaskCompletionSource<Descriptor>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool>? sending = null;
        Descriptor blob;
        try
        {
            blob = await InTurnAsync(
                turn, () => store.Layers.GetBlobAsync(diffId, compression, growing => sending = SendAsync(growing), stop.Token), stop.Token);
        }
        catch (Exception e)
        {
            whole.TrySetException(e);
            if (sending is not null && e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                await sending; // throws what made the compression stop
            }

            await stop.CancelAsync();
            await (sending ?? Task.FromResult(false)).ContinueWith(static sent => sent.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            _ = whole.Task.Exception; // it is thrown here, not there
            throw;
        }

        whole.SetResult(blob);
        if (sending is null || !await sending)
        {
            await PushKnownAsync(target, blob, _ => Task.CompletedTask, cancellationToken);
        }

        return blob;

        async Task<bool> SendAsync(GrowingBlob growing)
        {
            using (growing)
            {
                try
                {
                    return await Task.Run(
                        () => target.Client.StreamBlobAsync(target.Repository, diffId.Short, growing, whole.Task, target.Progress, stop.Token), stop.Token);
                }
                catch
                {
                    await stop.CancelAsync(); // there is no sense in compressing for a registry that refuses
                    throw;
                }
            }
        }
    }

    private static async Task<T> InTurnAsync<T>(SemaphoreSlim turn, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }

    private Task<BlobPush> PushKnownAsync(PushTarget target, Descriptor blob, Func<CancellationToken, Task> ensure, CancellationToken cancellationToken) =>
        target.Client.PushBlobAsync(
            target.Repository,
            blob,
            async token => [.. (await target.Mounts.Value.WaitAsync(token))[blob.Digest].Distinct().Take(MostMounts)],
            async token =>
            {
                await ensure(token);
                return () => store.Blobs.OpenRead(blob.Digest);
            },
            target.Progress,
            cancellationToken);

    /// <summary>Repositories of the same registry that have a layer, as far as the store's own images tell.</summary>
    private async Task<ILookup<Digest, string>> FindMountsAsync(ImageReference reference, StoredImage image, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredImage> images = await store.ListAsync(image.Config.Platform, cancellationToken);
        IEnumerable<(Digest, string)> origins = image.Config.DiffIds.SelectMany(diffId => store.Layers.GetOrigins(diffId))
            .Where(known => !CacheOrigins.IsCache(known.Origin) && !OciLayoutImages.IsOrigin(known.Origin))
            .Select(known => (known.Blob, Reference: ImageReference.Parse(known.Origin)))
            .Where(known => known.Reference.Registry == reference.Registry && known.Reference.Repository != reference.Repository)
            .Select(known => (known.Blob, known.Reference.Repository));
        return images
            .SelectMany(other => other.Names
                .Where(name => name.Registry == reference.Registry && name.Repository != reference.Repository)
                .SelectMany(name => other.Manifest.Layers.Select(layer => (layer.Digest, name.Repository))))
            .Concat(origins) // a base that was never pulled is named by nothing, but its layers know where they are
            .ToLookup(pair => pair.Item1, pair => pair.Item2);
    }

    private sealed record PushTarget(RegistryClient Client, string Repository, Lazy<Task<ILookup<Digest, string>>> Mounts, IProgress<TransferProgress>? Progress);

    private sealed record Ready(Descriptor Manifest, byte[] Bytes);
}
