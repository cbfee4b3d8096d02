using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Build.Tests.Frontend;
using Slipway.Foundation.Text;
using Slipway.Images.Store;

namespace Slipway.Build.Tests.Scheduling;

public sealed class SchedulerTests
{
    [Fact]
    public async Task Equal_steps_of_two_stages_are_done_once()
    {
        using Store store = await Store.WithBusyboxAsync();
        var builds = new Builds(store);
        await builds.BuildAsync(
            "FROM busybox AS a\nRUN echo work > /w\nFROM busybox AS b\nRUN echo work > /w\nFROM scratch\nCOPY --from=a /w /a\nCOPY --from=b /w /b");
        Assert.Single(builds.Labels<StepStarted>(), l => l.Contains("echo work", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stages_run_side_by_side()
    {
        // Each waits for a word of the other: one after the other they would never end.
        using Store store = await Store.WithBusyboxAsync();
        var builds = new Builds(store) { Settings = new BuildSettings { Jobs = 2 } };
        const string Meet = "--mount=type=cache,id=meet,target=/m";
        StoredImage image = await builds.BuildAsync(
            $"FROM busybox AS a\nRUN {Meet} touch /m/a; until test -e /m/b; do :; done; echo a > /w\n"
            + $"FROM busybox AS b\nRUN {Meet} touch /m/b; until test -e /m/a; do :; done; echo b > /w\n"
            + "FROM scratch\nCOPY --from=a /w /a\nCOPY --from=b /w /b");
        Assert.Equal("a\n", await store.ReadAsync(image, "a"));
    }

    [Fact]
    public async Task One_job_is_enough_for_any_plan()
    {
        using Store store = await Store.WithBusyboxAsync();
        const string Recipe = "FROM busybox AS a\nRUN echo a > /w\nFROM busybox AS b\nRUN echo b > /w\nFROM busybox\nCOPY --from=a /w /a\nCOPY --from=b /w /b\nRUN cat /a /b > /c";
        StoredImage serial = await new Builds(store) { Settings = new BuildSettings { Jobs = 1 } }.BuildAsync(Recipe);
        StoredImage parallel = await new Builds(store) { Settings = new BuildSettings { Jobs = 4, NoCache = [] } }.BuildAsync(Recipe);
        Assert.Equal(serial.Id, parallel.Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_layer_that_several_stages_take_is_made_once_and_waits_for_nobody(int jobs)
    {
        using Store store = await Store.WithBusyboxAsync();
        var stages = new FakeVirtualStages();
        const string Take = "COPY --from=pack:a /opt/p /opt/p";
        StoredImage image = await new Builds(store) { Settings = new BuildSettings { Jobs = jobs }, VirtualStages = stages }.BuildAsync(
            $"FROM busybox AS a\n{Take}\nRUN touch /a\nFROM busybox AS b\n{Take}\nRUN touch /b\nFROM busybox\n{Take}\nCOPY --from=a /a /\nCOPY --from=b /b /\nCOPY --from=pack:b --chown=1:1 /opt/p /opt/p");
        Assert.Equal(2, stages.Written);
        Assert.Equal("", await store.ReadAsync(image, "b"));
    }

    [Fact]
    public async Task A_failure_stops_the_other_steps_and_starts_no_more()
    {
        using Store store = await Store.WithBusyboxAsync();
        var builds = new Builds(store) { Settings = new BuildSettings { Jobs = 2 } };
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => builds.BuildAsync(
            "FROM busybox AS endless\nRUN --mount=type=cache,id=go,target=/m touch /m/go; while :; do :; done\n"
            + "FROM busybox AS wrong\nRUN --mount=type=cache,id=go,target=/m until test -e /m/go; do :; done; exit 7\n"
            + "FROM scratch\nCOPY --from=endless /x /x\nCOPY --from=wrong /x /x"));
        Assert.Contains("exit code 7", Assert.Single(error.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Contains(builds.Labels<StepFailed>(), l => l.Contains("exit 7", StringComparison.Ordinal));
        Assert.Contains(builds.Labels<StepCancelled>(), l => l.Contains("while :", StringComparison.Ordinal));
        Assert.DoesNotContain(builds.Labels<StepStarted>(), l => l.Contains("COPY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancelling_ends_a_running_command_and_leaves_nothing_half_made()
    {
        using Store store = await Store.WithBusyboxAsync();
        using var stop = new CancellationTokenSource();
        var builds = new Builds(store) { Heard = e => { if (e is StepLog) { stop.Cancel(); } } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => builds.StoppableAsync("FROM busybox\nRUN echo started; touch /half; while :; do :; done", null, stop.Token));
        Assert.Single(builds.Labels<StepCancelled>());
        Assert.Empty(Directory.GetDirectories(Path.Combine(store.Images.Root, "tmp-v1")).SelectMany(d => Directory.GetFileSystemEntries(d)));
        Assert.Single(await store.Images.ListAsync(Images.Model.Platform.Host, TestContext.Current.CancellationToken)); // busybox alone
    }

    [Fact]
    public async Task Every_step_that_starts_ends_exactly_once()
    {
        using Store store = await Store.WithBusyboxAsync();
        var builds = new Builds(store);
        builds.Write("f", "x");
        const string Recipe = "FROM busybox\nCOPY f /f\nWORKDIR /w\nRUN true";
        foreach (string expected in (string[])["StepFinished", "StepCached"])
        {
            await builds.BuildAsync(Recipe);
            var ends = builds.Events.OfType<StepEvent>().Where(e => e is StepFinished or StepCached or StepFailed or StepCancelled).ToArray();
            Assert.Equal(builds.Events.OfType<StepStarted>().Select(s => s.Step).Order(StepOrder), ends.Select(e => e.Step).Order(StepOrder));
            Assert.All(ends, e => Assert.Equal(expected, e.GetType().Name));
        }
    }

    private static readonly Comparer<StepId> StepOrder = Comparer<StepId>.Create((a, b) => a.Value.CompareTo(b.Value));
}
