using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Export;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

/// <summary>Indexes of several platforms, put together, pushed and pulled whole.</summary>
public sealed class ManifestListTests : IDisposable
{
    private readonly InMemoryRegistry _registry = new();
    private readonly SampleStore _here = new(), _there = new();
    private readonly Registries _registries = new(
        new RegistryOptions { Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1) } }, TimeProvider.System);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private ManifestLists Lists => new(_registries, _there.Store);

    public void Dispose()
    {
        _registries.Dispose();
        _here.Dispose();
        _there.Dispose();
        _registry.Dispose();
    }

    [Fact]
    public async Task An_index_of_images_that_only_a_registry_has_is_made_annotated_and_pushed_without_fetching_layers()
    {
        (Descriptor one, Descriptor two) = await PushTwoAsync();
        await Lists.CreateAsync(Name("all:1"), [Name("one:1"), Name("two:1")], amend: false, None);
        await Lists.AnnotateAsync(Name("all:1"), Name("two:1"), platform => platform with { Architecture = "arm64", Variant = "v8" }, None);
        Descriptor pushed = await PushListAsync("all:1");

        OciIndex index = ImageJson.ReadIndex(_registry.Manifest("all", "1")!.Value.Bytes);
        Assert.Equal([one.Digest, two.Digest], index.Manifests.Select(entry => entry.Digest));
        Assert.Equal(["amd64", "arm64"], index.Manifests.Select(entry => entry.Platform!.Architecture));
        Assert.Equal("v8", index.Manifests[1].Platform!.Variant);
        Assert.Equal(MediaTypes.OciIndex, pushed.MediaType);
        Assert.NotNull(_registry.Manifest("all", two.Digest.ToString()));
        Assert.Contains(_registry.Requests, request => request.Contains("mount=", StringComparison.Ordinal));
        OciManifest first = ImageJson.ReadManifest(_registry.Manifest("one", "1")!.Value.Bytes);
        Assert.All(first.Layers, layer => Assert.False(_there.Store.Blobs.Exists(layer.Digest)));
    }

    [Fact]
    public async Task An_index_is_not_replaced_by_accident()
    {
        await PushTwoAsync();
        await Lists.CreateAsync(Name("all:1"), [Name("one:1")], amend: false, None);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => Lists.CreateAsync(Name("all:1"), [Name("two:1")], amend: false, None));
        Assert.Equal("index-exists", e.Diagnostics[0].Code);
        await Lists.CreateAsync(Name("all:1"), [Name("two:1"), Name("one:1")], amend: true, None);
        Assert.Equal(2, (await Lists.ReadAsync(Name("all:1"), None)).Manifests.Count);
    }

    [Fact]
    public async Task What_is_not_in_the_index_cannot_be_annotated_and_what_is_no_index_not_read()
    {
        await PushTwoAsync();
        await Lists.CreateAsync(Name("all:1"), [Name("one:1")], amend: false, None);
        Assert.Equal("not-in-index", (await Assert.ThrowsAsync<DiagnosticException>(() => Lists.AnnotateAsync(Name("all:1"), Name("two:1"), p => p, None))).Diagnostics[0].Code);
        await Lists.RemoveAsync(Name("all:1"), None);
        Assert.Equal("no-such-index", (await Assert.ThrowsAsync<DiagnosticException>(() => Lists.ReadAsync(Name("all:1"), None))).Diagnostics[0].Code);
    }

    [Fact]
    public async Task All_platforms_are_pulled_and_pushed_again_with_the_same_digest()
    {
        await PushTwoAsync();
        await Lists.CreateAsync(Name("all:1"), [Name("one:1"), Name("two:1")], amend: false, None);
        await Lists.AnnotateAsync(Name("all:1"), Name("two:1"), platform => platform with { Architecture = "s390x" }, None);
        Descriptor pushed = await PushListAsync("all:1");

        using var other = new SampleStore();
        IReadOnlyList<ResolvedImage> pulled = await new ImagePuller(_registries, other.Store).PullAllAsync(Name("all:1"), null, None);
        Assert.Equal(2, pulled.Count);
        Assert.All(pulled.SelectMany(image => image.Manifest.Layers), layer => Assert.True(other.Store.Blobs.Exists(layer.Digest)));
        Descriptor target = other.Store.FindTarget(Name("all:1"))!;
        Descriptor again = await new IndexPusher(_registries, other.Store).PushAsync(
            target, await other.Store.LoadPlatformsAsync(target, None), Name("copy:1"), new ImageForm(), null, None);
        Assert.Equal(pushed.Digest, again.Digest);
    }

    private ImageReference Name(string name) => ImageReference.Parse($"{_registry.Host}/{name}");

    private async Task<(Descriptor One, Descriptor Two)> PushTwoAsync()
    {
        StoredImage one = await _here.PutAsync(Name("one:1").ToString(), "a"), two = await _here.PutAsync(Name("two:1").ToString(), "b");
        var pusher = new ImagePusher(_registries, _here.Store);
        return (await pusher.PushAsync(one, Name("one:1"), CompressionKind.Gzip, null, None), await pusher.PushAsync(two, Name("two:1"), CompressionKind.Gzip, null, None));
    }

    private async Task<Descriptor> PushListAsync(string name)
    {
        Descriptor target = _there.Store.FindTarget(Name(name))!;
        return await new IndexPusher(_registries, _there.Store).PushAsync(
            target, await _there.Store.LoadPlatformsAsync(target, None), Name(name), new ImageForm(), null, None);
    }
}
