namespace Slipway.EndToEnd.Tests.Faults;

/// <summary>The clock jumps, and nothing is lost or different.</summary>
public sealed class ClockTests(World world)
{
    private const string Recipe = "FROM busybox\nCOPY f /f\nRUN cat /f > /g\nWORKDIR /w\n";

    [Theory]
    [InlineData("2001-02-03")]
    [InlineData("2040-05-06")]
    public async Task A_store_whose_files_have_other_times_is_whole_and_used(string time)
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", Recipe, "f", "x");
        var id = (await store.RunAsync("build", "-q", "-t", "mine", context)).Line();
        await store.ShellAsync($"find $SLIPWAY_HOME -not -path '*/tree/*' -exec touch -h -d {time} {{}} +");
        var again = await store.RunAsync("build", "--progress", "plain", "-t", "mine", context);
        Assert.Contains(id, again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" DONE ", again.Error, StringComparison.Ordinal);
        await store.RunAsync("system", "check", "-q");
        await store.RunAsync("system", "prune", "-f");
        Assert.Equal("x", (await store.RunAsync("run", "--rm", "mine", "cat", "/g")).Out);
        await store.RunAsync("system", "prune", "-a", "-f");
        Assert.Empty((await store.RunAsync("images", "-q")).Out);
        Assert.Empty(Directory.GetDirectories(Path.Combine(store.Store, "layers-v1")));
    }

    [Theory]
    [InlineData("2001-02-03 04:05:06")]
    [InlineData("2040-05-06 07:08:09")]
    public async Task A_machine_with_another_date_builds_the_same_image(string date)
    {
        var faketime = ((string[])["/usr/bin/faketime", "/bin/faketime"]).FirstOrDefault(File.Exists);
        Assert.SkipWhen(faketime is null, "faketime is not installed");
        var context = world.NewContext("Dockerfile", Recipe, "f", "x");
        var store = await world.NewBusyboxStoreAsync();
        var id = (await store.RunAsync("build", "-q", context)).Line();
        var other = await world.NewBusyboxStoreAsync();
        var wrapped = other.Command("build", "-q", "--no-cache", context);
        var jumped = wrapped with { Program = faketime!, Arguments = [date, wrapped.Program, .. wrapped.Arguments] };
        Assert.Equal(id, (await jumped.RunAsync(TestContext.Current.CancellationToken)).Expect(0).Line());
        Assert.Equal(id, (await other.RunAsync("build", "-q", context)).Line());
        await other.RunAsync("system", "check", "-q");
    }
}
