using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Build.Tests.Cache;

/// <summary>A registry that misbehaves slows a build down at most: the image is right, and a warning tells.</summary>
public sealed class FaultyRegistryCacheTests : IDisposable
{
    private const string First = "FROM busybox\nRUN echo right > /a", Second = First + "\nRUN cat /a > /b";
    private readonly InMemoryRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Theory]
    [InlineData(FaultKind.Status, 500, "/manifests/")]
    [InlineData(FaultKind.Status, 429, "/manifests/")]
    [InlineData(FaultKind.Status, 401, "/manifests/")]
    [InlineData(FaultKind.Status, 403, "/manifests/")]
    [InlineData(FaultKind.Disconnect, 0, "/manifests/")]
    [InlineData(FaultKind.Truncate, 0, "/manifests/")]
    [InlineData(FaultKind.Corrupt, 0, "/manifests/")]
    [InlineData(FaultKind.Status, 404, "/blobs/")]
    [InlineData(FaultKind.Status, 500, "/blobs/")]
    [InlineData(FaultKind.Truncate, 0, "/blobs/")]
    [InlineData(FaultKind.Corrupt, 0, "/blobs/")]
    [InlineData(FaultKind.Overlong, 0, "/blobs/")]
    public async Task The_image_is_right(FaultKind kind, int status, string what)
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        await one.SendAsync(one.Registry(_registry.Host), First);
        _registry.Break(new RegistryFault(kind, $"GET /v2/team/cache{what}") { Status = status, After = 20 });
        StoredImage image = await two.TakeAsync(two.Registry(_registry.Host), Second);
        Assert.Equal("right\n", await two.Store.ReadAsync(image, "b"));
        Assert.NotEmpty(two.Warnings);
        Assert.Empty(await two.Store.Images.CheckAsync(repair: false, null, TestContext.Current.CancellationToken));
    }
}
