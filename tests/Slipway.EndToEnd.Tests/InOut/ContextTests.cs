using Slipway.EndToEnd.Tests.Remote;

namespace Slipway.EndToEnd.Tests.InOut;

/// <summary>Contexts that are not folders, as a person gives them.</summary>
public sealed class ContextTests(World world)
{
    private const string Recipe = "FROM busybox\nCOPY . /in/\n";
    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task A_folder_an_archive_and_a_repository_of_the_same_files_are_the_same_image()
    {
        var context = world.NewContext("Dockerfile", Recipe, "file", "content\n", "hidden", "x", ".dockerignore", "hidden\n.git\n");
        var there = slipway with { Folder = context };
        var folder = (await there.RunAsync("build", "-q", ".")).Line();
        await there.ShellAsync(
            "git init -q -b main . && git add -A && git -c user.name=t -c user.email=t@example.org commit -qm one && tar -C . --exclude=.git -czf ../archive.tar.gz . && git clone -q --bare . ../bare.git");
        var parent = Path.GetDirectoryName(context)!;
        Assert.Equal(folder, (await there.ShellAsync("slipway build -q - < ../archive.tar.gz")).Line());
        Assert.Equal(folder, (await there.RunAsync("build", "-q", $"file://{parent}/bare.git#main")).Line());
        using var server = new FileServer { Content = await File.ReadAllBytesAsync($"{parent}/archive.tar.gz", TestContext.Current.CancellationToken) };
        Assert.Equal(folder, (await there.RunAsync("build", "-q", server.Address + "archive.tar.gz")).Line());
        var second = await there.RunAsync("build", server.Address + "archive.tar.gz");
        Assert.Equal(1, server.Sent);
        Assert.DoesNotContain("DONE", second.Error, StringComparison.Ordinal);
        await there.ShellAsync("rm -rf ../bare.git ../archive.tar.gz");
    }

    [Fact]
    public async Task A_recipe_comes_from_standard_input_or_an_address()
    {
        var context = world.NewContext("file", "content\n");
        var there = slipway with { Folder = context };
        var piped = (await there.ShellAsync($"printf '{Recipe.Replace("\n", "\\n", StringComparison.Ordinal)}' | slipway build -q -f - .")).Line();
        using var server = new FileServer { Content = System.Text.Encoding.ASCII.GetBytes(Recipe) };
        Assert.Equal(piped, (await there.RunAsync("build", "-q", "-f", server.Address + "Dockerfile", ".")).Line());
        await there.ShellAsync("printf 'FROM busybox\\nRUN true\\n' | slipway build -q -");
    }

    [Theory]
    [InlineData("build - -f -", "standard input cannot be both")]
    [InlineData("build file:///nowhere/x.git", "git-failed")]
    [InlineData("build no-such-folder", "there is no folder no-such-folder")]
    [InlineData("build 'https://example.org/a.git?colour=red'", "bad-address")]
    public async Task A_context_that_cannot_be_is_explained(string line, string part)
    {
        var failed = await (slipway with { Folder = world.NewFolder("empty") }).ShellAsync($"slipway {line} </dev/null; test $? -ne 0");
        Assert.Contains(part, failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_leaves_its_root_is_refused()
    {
        var there = slipway with { Folder = world.NewContext("Dockerfile", Recipe) };
        await there.ShellAsync("tar -P --transform 's,^Dockerfile$,../../escaped,' -cf evil.tar Dockerfile");
        var failed = await there.ShellAsync("slipway build - < evil.tar", exitCode: 1);
        Assert.Contains("escaped", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_everything_that_is_missing_is_listed_at_once()
    {
        var context = world.NewContext(
            "Dockerfile", "FROM nowhere.test/a:1 AS a\nRUN true\nFROM nowhere.test/b:2\nADD http://127.0.0.1:9/x /\nADD http://127.0.0.1:9/y.git /y/\nCOPY --from=a / /a/\n");
        var failed = await slipway.RunAsync(1, "build", "--offline", context);
        foreach (var part in (string[])["Dockerfile:1:1", "Dockerfile:3:1", "Dockerfile:4:1", "Dockerfile:5:1", "slipway pull nowhere.test/a:1", "slipway pull nowhere.test/b:2"])
        {
            Assert.Contains(part, failed.Error, StringComparison.Ordinal);
        }

        var known = world.NewContext("Dockerfile", "FROM busybox\nRUN echo offline > /x\n");
        await (slipway with { Variables = new Dictionary<string, string?> { ["SLIPWAY_OFFLINE"] = "1" } }).RunAsync("build", "-q", known);
    }
}
