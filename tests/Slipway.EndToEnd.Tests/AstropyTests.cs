namespace Slipway.EndToEnd.Tests;

public sealed class AstropyTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task The_example_draws_the_sky_and_is_the_same_when_built_again_from_nothing()
    {
        var example = Repository.PathOf("examples/astropy");
        var id = (await slipway.RunAsync("build", "-q", "-t", "astropy-sky", "-f", example + "/docker/Dockerfile", example)).Line();

        var folder = world.NewFolder("out");
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111); // the image's user is not the one who runs the test
        var run = await slipway.RunAsync("run", "--rm", "--network", "none", "-v", $"{folder}:/out", "astropy-sky");
        Assert.Contains("Sirius        227.23   -8.89   292 nm", run.Out, StringComparison.Ordinal);
        var picture = await File.ReadAllBytesAsync(Path.Combine(folder, "sky.png"), TestContext.Current.CancellationToken);
        Assert.Equal("PNG"u8, picture.AsSpan(1, 3));
        Assert.True(picture.Length > 100_000);

        Assert.Equal(id, (await slipway.RunAsync("build", "-q", "--no-cache", "-f", example + "/docker/Dockerfile", example)).Line());
    }
}
