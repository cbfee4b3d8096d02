using Slipway.Conda.Linking;
using Slipway.Conda.Tests.Packages;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Tests.Linking;

/// <summary>What was learned of a package is kept, so that an environment of which little changes is planned without reading everything again.</summary>
public sealed class KnownPackageTests : IDisposable
{
    private readonly TestWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task An_environment_is_planned_again_without_reading_an_archive()
    {
        LinkPlan first = await PlanAsync("/opt/env"), second = await PlanAsync("/opt/env");
        Assert.Equal(Own(first), Own(second));
        Assert.Equal(first.Entries.Select(entry => (entry.Path, entry.Size, entry.Sha256)), second.Entries.Select(entry => (entry.Path, entry.Size, entry.Sha256)));
        Assert.All(second.Packages, package => Assert.False(Assert.IsType<DeferredContents>(package.Input.Package.Contents).IsRead));
    }

    [Fact]
    public async Task Its_layers_are_the_same_and_only_packages_of_a_layer_are_read_for_it()
    {
        Layer first = await _world.WriteLayerAsync(await PlanAsync("/opt/env")), second = await _world.WriteLayerAsync(await PlanAsync("/opt/env"));
        Assert.Equal(first.DiffId, second.DiffId);

        LinkPlan plan = await PlanAsync("/opt/env");
        await using LayerWriter writer = _world.Store.Layers.CreateWriter(new LayerWriterOptions());
        await LayerComposer.WriteAsync(writer, "/opt/env", plan.Packages[0].Entries, TestWorld.Token);
        Assert.Equal([true, false], plan.Packages.Select(package => ((DeferredContents)package.Input.Package.Contents).IsRead));
    }

    [Fact]
    public async Task Another_prefix_is_measured_anew()
    {
        await PlanAsync("/opt/env");
        LinkPlan other = await PlanAsync("/srv/another/environment");
        Assert.Equal("#!/srv/another/environment/bin/sh\n".Length, other.Entries.Single(entry => entry.Path == "bin/own").Size);
        Assert.Equal(Own(other), Own(await PlanAsync("/srv/another/environment")));
    }

    [Theory]
    [InlineData("listing-v1.json", "")]
    [InlineData("listing-v1.json", "{}")]
    [InlineData("listing-v1.json", "null")]
    [InlineData("relocated-*.json", "\0\0\0")]
    [InlineData("relocated-*.json", """{"Files":{}}""")]
    public async Task What_is_kept_and_broken_is_made_again(string name, string content)
    {
        LinkPlan first = await PlanAsync("/opt/env");
        foreach (string path in Directory.EnumerateFiles(_world["cache"], name, SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(path, content, TestWorld.Token);
        }

        Assert.Equal(Own(first), Own(await PlanAsync("/opt/env")));
    }

    [Fact]
    public async Task An_archive_that_is_broken_by_then_is_refused_when_it_is_read()
    {
        await PlanAsync("/opt/env");
        foreach (string path in Directory.EnumerateFiles(_world["cache"], "package.conda", SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(path, "broken", TestWorld.Token);
        }

        LinkPlan plan = await PlanAsync("/opt/env");
        await Assert.ThrowsAnyAsync<DiagnosticException>(() => _world.WriteLayerAsync(plan));
    }

    private Task<LinkPlan> PlanAsync(string prefix) => _world.PlanCachedAsync(_world.At(prefix), shares: false,
        new PackageBuilder("a").File("bin/own", "#!/placeholder/bin/sh\n", 0x1ED, "/placeholder").File("lib/x", "x").Link("lib/y", "x").Directory("var/empty"),
        new PackageBuilder("b") { Depends = ["a"] }.File("lib/z", "/placeholder\0z", 0x1A4, "/placeholder/is/long/enough/for/all", "binary").File("lib/x", "other"));

    private static string[] Own(LinkPlan plan) => [.. plan.Own.Select(entry => $"{entry.Path} {entry.Sha256}")];
}
