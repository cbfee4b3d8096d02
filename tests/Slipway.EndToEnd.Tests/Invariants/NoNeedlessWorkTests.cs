namespace Slipway.EndToEnd.Tests.Invariants;

/// <summary>What did not change is not done again, and what changed is named.</summary>
public sealed class NoNeedlessWorkTests(World world)
{
    [Fact]
    public async Task Touching_every_file_leaves_every_step_cached()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nCOPY d /d\nRUN cat /proc/sys/kernel/random/uuid > /when\nWORKDIR /w\nADD d/a .\n", "d/a", "a", "d/sub/b", "b");
        await PlainAsync(context);
        await (world.Slipway with { Folder = context }).ShellAsync("find . -exec touch -d 2001-02-03 {} +");
        Assert.Equal((4, 4), Steps(await PlainAsync(context)));
    }

    [Fact]
    public async Task A_rewritten_file_of_the_same_content_leaves_every_step_cached()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nCOPY a /d/\nRUN cat /proc/sys/kernel/random/uuid > /when\n", "a", "a");
        await PlainAsync(context);
        await (world.Slipway with { Folder = context }).ShellAsync("cp a b && mv b a");
        Assert.Equal((2, 2), Steps(await PlainAsync(context)));
    }

    [Fact]
    public async Task A_parent_rebuilt_to_the_same_bytes_leaves_the_steps_after_it_cached()
    {
        static string Recipe(string note) => $"FROM busybox\nRUN echo same > /x # {note}\nCOPY a /d/\nRUN cat /proc/sys/kernel/random/uuid > /when\n";
        var context = world.NewContext("Dockerfile", Recipe("once"), "a", "a");
        await PlainAsync(context);
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), Recipe("again"), TestContext.Current.CancellationToken);
        Assert.Equal((3, 2), Steps(await PlainAsync(context)));
    }

    [Fact]
    public async Task A_file_that_is_not_copied_may_change()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nCOPY a /d/\nRUN cat /proc/sys/kernel/random/uuid > /when\n", "a", "a", "other", "1");
        await PlainAsync(context);
        await File.WriteAllTextAsync(Path.Combine(context, "other"), "2", TestContext.Current.CancellationToken);
        Assert.Equal((2, 2), Steps(await PlainAsync(context)));
    }

    [Fact]
    public async Task A_changed_stage_leaves_another_stage_cached()
    {
        static string Recipe(int n) => $"FROM busybox AS one\nRUN echo {n} > /one\nFROM busybox AS two\nRUN cat /proc/sys/kernel/random/uuid > /two\nFROM busybox\nCOPY --from=one /one /\nCOPY --from=two /two /\n";
        var context = world.NewContext("Dockerfile", Recipe(1));
        await PlainAsync(context);
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), Recipe(2), TestContext.Current.CancellationToken);
        var steps = await PlainAsync(context);
        // The last COPY has another parent, and yet writes the same bytes.
        Assert.Equal((4, 2), Steps(steps));
    }

    [Fact]
    public async Task Equal_steps_run_once()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox AS a\nRUN cat /proc/sys/kernel/random/uuid > /when\nFROM busybox AS b\nRUN cat /proc/sys/kernel/random/uuid > /when\nFROM busybox\nCOPY --from=a /when /a\nCOPY --from=b /when /b\nRUN cmp /a /b\n");
        Assert.Equal((4, 0), Steps(await PlainAsync(context, "--no-cache", "--jobs", "4")));
    }

    [Fact]
    public async Task A_stage_that_nobody_uses_never_asks_for_its_base()
    {
        var context = world.NewContext("Dockerfile", "FROM no.such.registry.invalid/never:1 AS unused\nRUN false\nFROM busybox\nRUN echo used > /f\n");
        Assert.DoesNotContain("no.such.registry", await PlainAsync(context), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_names_the_file_that_changed()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nCOPY d /explained\n", "d/sub/b", "1", "d/a", "a", "d/old", "o");
        await PlainAsync(context);
        await (world.Slipway with { Folder = context }).ShellAsync("echo 2 > d/sub/b; chmod 700 d/a; rm d/old; echo n > d/new");
        var build = await PlainAsync(context, "--explain");
        Assert.Contains("/explained/sub/b has other content", build, StringComparison.Ordinal);
        Assert.Contains("/explained/a had mode 644 and has 700", build, StringComparison.Ordinal);
        Assert.Contains("/explained/old is gone", build, StringComparison.Ordinal);
        Assert.Contains("/explained/new is new", build, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ENV A=1", "ENV A=2")]
    [InlineData("USER 1", "USER 2")]
    [InlineData("WORKDIR /tmp", "WORKDIR /etc")]
    public async Task Explain_names_the_part_that_changed(string before, string after)
    {
        static string Recipe(string line) => $"FROM busybox\n{line}\nRUN true && pwd\n";
        var context = world.NewContext("Dockerfile", Recipe(before));
        await PlainAsync(context);
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), Recipe(after), TestContext.Current.CancellationToken);
        var build = await PlainAsync(context, "--explain");
        var value = after.Split(' ')[1];
        Assert.Matches($@"not cached: .*changed from .* to .*{value}", build);
    }

    private async Task<string> PlainAsync(string context, params string[] options) =>
        (await world.Slipway.RunAsync(["build", "--progress", "plain", .. options, context])).Error;

    /// <summary>How many steps there were, and how many of them came from the cache.</summary>
    private static (int All, int Cached) Steps(string plain)
    {
        var lines = plain.Split('\n');
        var cached = lines.Count(l => l.EndsWith(" CACHED", StringComparison.Ordinal));
        return (cached + lines.Count(l => l.Contains(" DONE ", StringComparison.Ordinal)), cached);
    }
}
