using Slipway.Build.Scheduling;
using Slipway.Build.Tests.Frontend;
using Slipway.Images.Archives;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing;

namespace Slipway.Build.Tests.Scheduling;

/// <summary>Layers of base images move only when somebody needs their bytes.</summary>
public sealed class LazyBaseTests : IDisposable
{
    private const string Recipe = "FROM BASE/base:1\nLABEL a=b\nCOPY --link <<end /new\nnew\nend\n";
    private readonly RegistryBases _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Pushing_to_where_the_base_is_transfers_no_layer_of_it()
    {
        await _world.PublishAsync("base:1", "one\n");
        BuiltImage built = await _world.BuildAsync(Recipe);
        string layer = built.Images[0].Manifest.Layers[0].Digest.ToString();
        await PushAsync(built, "other:1");
        string[] about = [.. _world.Registry.Requests.Where(request => request.Contains(layer, StringComparison.Ordinal) || request.Contains(Uri.EscapeDataString(layer), StringComparison.Ordinal))];
        Assert.DoesNotContain(about, request => request.StartsWith("GET", StringComparison.Ordinal));
        Assert.Contains(about, request => request.Contains("/v2/other/blobs/uploads/?mount=", StringComparison.Ordinal));
        Assert.NotNull(_world.Registry.Blob("other", layer));
        Assert.False(_world.Images.Blobs.Exists(built.Images[0].Manifest.Layers[0].Digest));
    }

    [Fact]
    public async Task What_the_target_lacks_streams_through_from_its_origin()
    {
        await _world.PublishAsync("base:1", "one\n");
        BuiltImage built = await _world.BuildAsync(Recipe);
        _world.Registry.Mounts = false;
        await PushAsync(built, "other:1");
        Assert.NotNull(_world.Registry.Blob("other", built.Images[0].Manifest.Layers[0].Digest.ToString()));
    }

    [Fact]
    public async Task A_layout_that_has_the_base_is_not_given_it_again()
    {
        await _world.PublishAsync("base:1", "one\n");
        using var folder = new TemporaryFolder();
        BuiltImage built = await _world.BuildAsync(Recipe);
        StoredImage image = built.Images[0];
        await new OciLayoutWriter(_world.Images, TimeProvider.System).WriteAsync([new ArchivedImage(image, [ImageReference.Parse("a:1")])], folder["layout"], null, Token);

        using var other = new Store();
        (Descriptor manifest, OciManifest document, ImageConfig config) =
            await new OciLayoutImages(other.Images).ResolveAsync(new OciLayoutName(folder["layout"], "1", null), Platform.Host, Token);
        Assert.Equal((image.ManifestDescriptor.Digest, image.Id), (manifest.Digest, document.Config.Digest));
        Assert.All(document.Layers, layer => Assert.False(other.Images.Blobs.Exists(layer.Digest)));

        DateTime written = File.GetLastWriteTimeUtc(folder[$"layout/blobs/sha256/{document.Layers[0].Digest.Hex}"]);
        StoredImage again = await other.Images.WriteImageAsync(config with { Author = "other" }, document.Layers, Token);
        await new OciLayoutWriter(other.Images, TimeProvider.System).WriteAsync([new ArchivedImage(again, [ImageReference.Parse("b:2")])], folder["layout"], null, Token);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder[$"layout/blobs/sha256/{document.Layers[0].Digest.Hex}"]));
        Assert.All(document.Layers, layer => Assert.False(other.Images.Blobs.Exists(layer.Digest)));
        Assert.Equal(2, ImageJson.ReadIndex(await File.ReadAllBytesAsync(folder["layout/index.json"], Token)).Manifests.Count);
    }

    [Fact]
    public async Task Several_platforms_make_an_index_and_share_their_steps()
    {
        Platform[] platforms = [Platform.Parse("linux/amd64"), Platform.Parse("linux/arm64")];
        BuiltImage built = await _world.BuildAsync(
            "FROM scratch AS shared\nCOPY <<end /shared\nx\nend\nFROM scratch\nARG TARGETARCH\nCOPY --from=shared /shared /\nCOPY <<end /arch\n$TARGETARCH\nend\n", platforms);
        OciIndex index = ImageJson.ReadIndex(await _world.Images.Blobs.ReadAsync(built.Target.Digest, Token));
        Assert.Equal(platforms, index.Manifests.Select(manifest => manifest.Platform));
        Assert.Equal(built.Images[0].Config.DiffIds[0], built.Images[1].Config.DiffIds[0]);
        Assert.NotEqual(built.Images[0].Config.DiffIds[1], built.Images[1].Config.DiffIds[1]);

        // shared, its copy, and one /arch for each platform
        Assert.Equal(4, _world.Progress.Events.OfType<Build.Progress.BuildPlanned>().Single().StepCount);

        await new IndexPusher(_world.Registries, _world.Images).PushAsync(
            built.Target, built.Images, _world.Name("multi:1"), new Images.Export.ImageForm { Compression = CompressionKind.Gzip }, null, Token);
        ResolvedImage arm = await new ImagePuller(_world.Registries, _world.Images).ResolveAsync(_world.Name("multi:1"), platforms[1], Token);
        Assert.Equal("arm64", arm.Config.Architecture);
    }

    private Task<Descriptor> PushAsync(BuiltImage built, string name) =>
        new ImagePusher(_world.Registries, _world.Images).PushAsync(built.Images[0], _world.Name(name), CompressionKind.Gzip, null, Token);
}
