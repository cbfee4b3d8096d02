using Slipway.Build.Frontend;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Build.Tests.Frontend;

/// <summary>When registries are asked for base images.</summary>
public sealed class StoreBaseImagesTests : IDisposable
{
    private readonly RegistryBases _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_base_that_is_known_is_not_asked_for_again()
    {
        await _world.PublishAsync("base:1", "one\n");
        BaseImage first = await _world.ResolveAsync("base:1");
        int asked = _world.Registry.Requests.Length;
        Assert.Equal(first.Manifest, (await _world.ResolveAsync("base:1")).Manifest);
        Assert.Equal(first.Manifest, (await _world.ResolveAsync("base:1", PullPolicy.Never)).Manifest);
        Assert.Equal(first.Manifest, (await _world.ResolveAsync("base:1", offline: true)).Manifest);
        Assert.Equal(asked, _world.Registry.Requests.Length);
    }

    [Fact]
    public async Task A_base_that_changed_is_told_when_it_is_asked_for()
    {
        Descriptor before = await _world.PublishAsync("base:1", "one\n");
        await _world.ResolveAsync("base:1");
        Descriptor after = await _world.PublishAsync("base:1", "two\n");
        Assert.Equal(before.Digest, (await _world.ResolveAsync("base:1")).Manifest);
        Assert.Empty(_world.Notes);
        Assert.Equal(after.Digest, (await _world.ResolveAsync("base:1", PullPolicy.Always)).Manifest);
        Assert.Equal([$"{_world.Name("base:1").Familiar} is now {after.Digest}, was {before.Digest}"], _world.Notes);
        Assert.Equal(after.Digest, (await _world.ResolveAsync("base:1")).Manifest);
    }

    [Fact]
    public async Task Newer_is_content_with_what_is_here_when_the_registry_is_gone()
    {
        await _world.PublishAsync("base:1", "one\n");
        BaseImage known = await _world.ResolveAsync("base:1");
        _world.Registry.Dispose();
        Assert.Equal(known.Manifest, (await _world.ResolveAsync("base:1", PullPolicy.Newer)).Manifest);
        Assert.Contains("is taken as it is here", Assert.Single(_world.Notes), StringComparison.Ordinal);
        await Assert.ThrowsAsync<DiagnosticException>(() => _world.ResolveAsync("base:1", PullPolicy.Always));
    }

    [Theory]
    [InlineData(true, "offline")]
    [InlineData(false, "no-such-image")]
    public async Task What_may_not_be_asked_for_and_is_not_here_is_an_error_that_says_how_to_get_it(bool offline, string code)
    {
        await _world.PublishAsync("base:1", "one\n");
        int asked = _world.Registry.Requests.Length;
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => _world.ResolveAsync("base:1", PullPolicy.Never, offline));
        Assert.Equal((code, $"get it first: slipway pull {_world.Name("base:1").Familiar}"), (error.Diagnostics[0].Code, error.Diagnostics[0].Help));
        Assert.Equal(asked, _world.Registry.Requests.Length);
    }

    [Fact]
    public async Task An_image_for_another_platform_is_not_taken_silently()
    {
        var config = new ImageConfig { Os = "linux", Architecture = "arm64" };
        await _world.Images.PutImageAsync(config, [], [_world.Name("base:1")], TestContext.Current.CancellationToken);
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => _world.ResolveAsync("base:1"));
        Assert.Contains("is for linux/arm64", error.Diagnostics[0].Message, StringComparison.Ordinal);
    }
}
