namespace Slipway.EndToEnd.Tests;

/// <summary>What a person gets wrong: each mistake is named, with what to do, and the exit code says whose it was.</summary>
public sealed class MistakeTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    [Theory]
    [InlineData("run -it -rm busybox true", "--rm")]
    [InlineData("run --volumes x:/y busybox true", "--volume")]
    [InlineData("biuld .", "build")]
    [InlineData("build --taget x .", "--target")]
    public async Task A_slip_on_the_command_line_gets_the_right_word(string line, string meant)
    {
        var run = await slipway.RunAsync(2, line.Split(' '));
        Assert.Contains(meant, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_name_with_two_colons_is_explained()
    {
        var run = await slipway.ShellAsync("docker run -i YOUR-USERNAME:data-science:latest-noai /bin/bash", 125);
        Assert.Contains("data-science:latest-noai", run.Error, StringComparison.Ordinal);
        Assert.Contains("your-username/data-science:latest-noai", run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("FROM busybox\nRUM echo\n", "Dockerfile:2", "RUN")]
    [InlineData("FROM busybox\nCOPY --form=x a b\n", "Dockerfile:2", "--from")]
    [InlineData("FROM busybox\nCOPY requirement.txt .\n", "Dockerfile:2", "requirements.txt")]
    [InlineData("FROM busybox\nCOPY hidden.txt .\n", "Dockerfile:2", ".dockerignore")]
    [InlineData("FROM busybox AS one\nCOPY --from=onee /a /b\n", "Dockerfile:2", "one")]
    [InlineData("FROM a AS b\nFROM b AS a\nCOPY --from=c / /\nFROM a AS c\n", "Dockerfile", "c")]
    [InlineData("", "Dockerfile", "FROM")]
    public async Task A_mistake_in_a_recipe_is_shown_with_its_place(string recipe, string place, string meant)
    {
        var context = world.NewContext("Dockerfile", recipe, "requirements.txt", "numpy\n", "hidden.txt", "", ".dockerignore", "hidden.txt\n");
        var build = await slipway.RunAsync(1, "build", context);
        Assert.Contains(place, build.Error, StringComparison.Ordinal);
        Assert.Contains(meant, build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_mistakes_are_told_at_once()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUM a\nEXPOSE x/y/z\nCOPPY a b\n");
        var build = await slipway.RunAsync(1, "build", context);
        Assert.Contains("Dockerfile:2", build.Error, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:4", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_leaves_the_context_copies_nothing_from_outside()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nCOPY outside/passwd /stolen\n");
        Directory.CreateSymbolicLink(Path.Combine(context, "outside"), "/etc");
        await slipway.RunAsync(1, "build", context);
    }

    [Fact]
    public async Task A_broken_archive_is_refused_and_leaves_nothing()
    {
        var store = world.NewStore();
        var whole = await File.ReadAllBytesAsync(await World.BaseImageAsync("busybox"), TestContext.Current.CancellationToken);
        var broken = Path.Combine(world.NewFolder("broken"), "image.tar");
        await File.WriteAllBytesAsync(broken, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        await store.RunAsync(1, "load", "-i", broken);
        Assert.Empty((await store.RunAsync("images", "-q")).Out);
    }
}
