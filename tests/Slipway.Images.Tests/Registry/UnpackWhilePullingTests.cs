using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

/// <summary>Layers that are unpacked while they come: the same trees as afterwards, or nothing.</summary>
public sealed class UnpackWhilePullingTests : IDisposable
{
    private const int Large = 24 << 20; // compressed still more than what is fetched before it is looked into
    private readonly InMemoryRegistry _registry = new();
    private readonly SampleStore _here = new(), _there = new();
    private readonly Registries _registries = new(
        new RegistryOptions { Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) } }, TimeProvider.System);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private ImageReference Name => ImageReference.Parse($"{_registry.Host}/astro/nebula:1");

    public void Dispose()
    {
        _registries.Dispose();
        _here.Dispose();
        _there.Dispose();
        _registry.Dispose();
    }

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task The_tree_and_the_blob_are_there_when_the_pull_ends(CompressionKind compression)
    {
        (Digest diffId, Descriptor blob) = await PushAsync(compression);
        await PullAsync();
        Assert.True(_there.Store.Blobs.Exists(blob.Digest));
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(await _here.Store.Layers.GetTreeAsync(diffId, None), "data", "large"), None),
            await File.ReadAllBytesAsync(Path.Combine(_there.Store.Layers.TryGetTree(diffId)!, "data", "large"), None));
        Assert.Empty(await _there.Store.CheckAsync(repair: false, null, None));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_survived()
    {
        (Digest diffId, Descriptor blob) = await PushAsync(CompressionKind.Gzip);
        _registry.Break(new RegistryFault(FaultKind.Disconnect, $"GET /v2/astro/nebula/blobs/{blob.Digest}", 2) { After = 3_000_000 });
        await PullAsync();
        Assert.NotNull(_there.Store.Layers.TryGetTree(diffId));
    }

    [Theory]
    [InlineData(FaultKind.Corrupt)]
    [InlineData(FaultKind.Truncate)]
    [InlineData(FaultKind.Overlong)]
    public async Task Of_wrong_bytes_neither_blob_nor_tree_is_kept(FaultKind fault)
    {
        (Digest diffId, Descriptor blob) = await PushAsync(CompressionKind.Gzip);
        _registry.Break(new RegistryFault(fault, $"GET /v2/astro/nebula/blobs/{blob.Digest}", 1) { After = 5_000_000 });
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(PullAsync);
        Assert.Equal("corrupt-blob", e.Diagnostics[0].Code);
        Assert.False(_there.Store.Blobs.Exists(blob.Digest));
        Assert.Null(_there.Store.Layers.TryGetTree(diffId));
        Assert.Null(await _there.FindAsync(Name.ToString()));
        Assert.Empty(await _there.Store.CheckAsync(repair: false, null, None));
        await PullAsync();
        Assert.NotNull(_there.Store.Layers.TryGetTree(diffId));
    }

    [Fact]
    public async Task A_cancelled_pull_leaves_nothing()
    {
        (Digest diffId, Descriptor blob) = await PushAsync(CompressionKind.None);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(None);
        ResolvedImage image = await new ImagePuller(_registries, _there.Store).ResolveAsync(Name, Platform.Host, None);
        Task<string> tree = _there.Store.Layers.GetTreeAsync(diffId, (_, _, _) => Task.FromResult<Stream>(new Turn(_here.Store.Blobs.OpenRead(blob.Digest), 1 << 20, stop.Cancel)), stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tree);
        Assert.False(_there.Store.Blobs.Exists(image.Manifest.Layers[0].Digest));
        Assert.Null(_there.Store.Layers.TryGetTree(diffId));
    }

    [Fact]
    public async Task Files_are_on_disk_before_the_last_byte_has_come()
    {
        (Digest diffId, Descriptor blob) = await PushAsync(CompressionKind.Gzip);
        await new ImagePuller(_registries, _there.Store).ResolveAsync(Name, Platform.Host, None);
        bool seen = false;
        await _there.Store.Layers.GetTreeAsync(
            diffId,
            (_, _, _) => Task.FromResult<Stream>(new Turn(_here.Store.Blobs.OpenRead(blob.Digest), blob.Size - 100, () => seen = SpinWait.SpinUntil(IsUnpacking, TimeSpan.FromMinutes(1)))),
            None);
        Assert.True(seen);

        bool IsUnpacking() => Directory.EnumerateFiles(_there.Store.Root, "large", SearchOption.AllDirectories).Any();
    }

    private async Task<(Digest DiffId, Descriptor Blob)> PushAsync(CompressionKind compression)
    {
        StoredImage image = await _here.PutLargeAsync(Name.ToString(), Large);
        await new ImagePusher(_registries, _here.Store).PushAsync(image, Name, compression, null, None);
        Digest diffId = image.Config.DiffIds[0];
        return (diffId, await _here.Store.Layers.GetBlobAsync(diffId, compression, None));
    }

    private Task<ResolvedImage> PullAsync() => new ImagePuller(_registries, _there.Store) { Unpacks = true }.PullAsync(Name, Platform.Host, null, None);

    /// <summary>A stream in which something happens when it has been read to a place.</summary>
    private sealed class Turn(Stream source, long place, Action happens) : ForwardStream
    {
        private long _left = place;

        public override int Read(Span<byte> buffer)
        {
            if (_left == 0)
            {
                happens();
                _left = long.MaxValue;
            }

            int read = source.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            source.Dispose();
            base.Dispose(disposing);
        }
    }
}
