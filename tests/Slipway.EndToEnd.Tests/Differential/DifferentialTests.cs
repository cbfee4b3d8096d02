namespace Slipway.EndToEnd.Tests.Differential;

/// <summary>Slipway and buildah build the same recipes: the images have the same configuration and the same files.</summary>
public sealed class DifferentialTests(World world, BuildahStore buildah) : IClassFixture<BuildahStore>
{
    public static TheoryData<string> Names => [.. Recipes.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Both_build_the_same_image(string name)
    {
        if (!buildah.IsHere)
        {
            Assert.Skip("needs root and buildah (apt-get install buildah)");
        }

        var recipe = Recipes.All[name];
        var context = world.NewFolder(name);
        await (world.Slipway with { Folder = context }).ShellAsync(recipe.SetUp);
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), recipe.Dockerfile, TestContext.Current.CancellationToken);

        var theirs = await buildah.BuildAsync(context, recipe.Options);
        await world.Slipway.RunAsync(["build", "-q", "-t", name, .. recipe.Options, context]);
        var manifest = (await world.Slipway.RunAsync("inspect", "--format", "{{.Digest}}", name)).Line();
        var ours = BuiltImage.Read(world.Slipway.Store, manifest);

        Same(name, theirs.Files, ours.Files, "file");
        Same(name, theirs.ConfigLines(), ours.ConfigLines(), "setting");
    }

    private static void Same(string recipe, IReadOnlyDictionary<string, string> theirs, IReadOnlyDictionary<string, string> ours, string what)
    {
        var different = theirs.Keys.Union(ours.Keys).Order(StringComparer.Ordinal)
            .Where(k => (KnownDifferences.Expected(recipe, $"{what} {k}") ?? theirs.GetValueOrDefault(k)) != ours.GetValueOrDefault(k))
            .Select(k => $"{what} {k}\n  buildah: {theirs.GetValueOrDefault(k, "-")}\n  slipway: {ours.GetValueOrDefault(k, "-")}")
            .ToList();
        Assert.True(different.Count == 0, string.Join('\n', different.Take(30)));
    }
}
