using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Testing;

namespace Slipway.Images.Tests;

/// <summary>A store in a folder of its own, and images to put into it.</summary>
internal sealed class SampleStore : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SampleStore() => Store = ImageStore.Open(_folder["store"]);

    public ImageStore Store { get; }

    /// <summary>An image with one layer for each text, under this name.</summary>
    public async Task<StoredImage> PutAsync(string reference, params string[] layers)
    {
        List<Layer> written = [];
        foreach (string text in layers)
        {
            written.Add(await WriteLayerAsync(text, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text + "\n", 2000)))));
        }

        return await PutAsync(reference, written);
    }

    /// <summary>An image whose only layer has so many bytes, of which compression takes about half.</summary>
    public async Task<StoredImage> PutLargeAsync(string reference, int length)
    {
        byte[] content = new byte[length];
        new Random(11).NextBytes(content);
        for (int i = 0; i < length; i++)
        {
            content[i] &= 0x0F;
        }

        return await PutAsync(reference, [await WriteLayerAsync("large", content)]);
    }

    private async Task<StoredImage> PutAsync(string reference, IReadOnlyList<Layer> written)
    {
        var config = new ImageConfig
        {
            Architecture = Platform.Host.Architecture,
            Os = "linux",
            Config = new ContainerConfig { Cmd = ["/bin/sh"], Env = ["PATH=/bin"] },
            RootFs = new RootFileSystem { DiffIds = [.. written.Select(layer => layer.DiffId)] },
        };
        StoredImage image = await Store.PutImageAsync(config, [.. written.Select(layer => layer.TarDescriptor)], None);
        ImageReference name = ImageReference.Parse(reference);
        await Store.TagAsync(name, image.ManifestDescriptor, None);
        return (await Store.FindAsync(name, Platform.Host, None))!;
    }

    public Task<StoredImage?> FindAsync(string reference) => Store.FindAsync(ImageReference.Parse(reference), Platform.Host, None);

    /// <summary>Reads every layer of the image from its tar; the digests must be what the config says.</summary>
    public async Task VerifyAsync(StoredImage image)
    {
        foreach (Digest diffId in image.Config.DiffIds)
        {
            await using Stream tar = await Store.Layers.OpenTarAsync(diffId, None);
            Assert.Equal(diffId, await Digest.OfAsync(tar, None));
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }

    internal static CancellationToken None => TestContext.Current.CancellationToken;

    private async Task<Layer> WriteLayerAsync(string text, byte[] content)
    {
        await using LayerWriter writer = Store.Layers.CreateWriter(new LayerWriterOptions());
        await writer.AddAsync(new LayerEntry { Path = "data", Kind = LayerEntryKind.Directory, Mode = 0x1ED }, None);
        using var stream = new MemoryStream(content);
        await writer.AddAsync(new LayerEntry { Path = $"data/{text}", Kind = LayerEntryKind.File, Mode = 0x1A4, Size = content.Length }, stream, None);
        return await writer.CompleteAsync(None);
    }
}
