using System.Diagnostics;
using System.Text.Json;

namespace Slipway.EndToEnd.Tests.BadInput;

/// <summary>kill -9 at every event of a build: the next build comes to the same image, and no process, mount or file is left.</summary>
public sealed class KillTests(World world)
{
    private const string Marker = "slipway-kill-test";

    // Hashing and copying, a running command, the layer of a command, a stage that is copied from, the image itself.
    private const string Recipe = $"""
        FROM busybox AS made
        RUN echo begin; dd if=/dev/zero of=/out bs=1M count=6 2>/dev/null; : {Marker}; echo end
        FROM busybox
        COPY data /data
        COPY --from=made /out /out
        RUN cat /data/* | wc -c; ln /out /again; rm -r /data
        ADD data.tar /unpacked/
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_build_killed_at_any_event_is_as_if_it_had_never_been()
    {
        var context = await ContextAsync(Recipe);
        var reference = await world.NewBusyboxStoreAsync();
        var events = await CountEventsAsync(reference, context);
        var id = (await reference.RunAsync("build", "-q", context)).Line();
        Assert.InRange(events, 12, 60);
        for (var last = 0; last < events; last++)
        {
            var store = await world.NewBusyboxStoreAsync();
            await KillAfterAsync(store, context, last);
            await AssertNothingRunsAsync(store);
            Assert.Equal(id, (await store.RunAsync("build", "-q", "-t", "again", context)).Line());
            await store.AssertNothingLeftAsync();
        }
    }

    [Fact]
    public async Task A_container_does_not_outlive_a_killed_build_or_run()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = await ContextAsync($"FROM busybox\nRUN trap '' TERM INT HUP; (while :; do sleep 1; done) & echo {Marker}; while :; do sleep 1; done\n");
        using (var build = store.Command("build", "--progress", "plain", context).Start())
        {
            await ReadUntilAsync(build.StandardError, l => l.EndsWith(Marker, StringComparison.Ordinal) && !l.Contains("RUN", StringComparison.Ordinal));
            await KillAsync(build);
        }

        using (var run = store.Command("run", "busybox", "sh", "-c", $"trap '' TERM; echo {Marker}; while :; do sleep 1; done").Start())
        {
            await ReadUntilAsync(run.StandardOutput, l => l == Marker);
            await KillAsync(run);
        }

        await AssertNothingRunsAsync(store);
        await store.AssertNothingLeftAsync();
    }

    private async Task<string> ContextAsync(string recipe)
    {
        var context = world.NewContext("Dockerfile", recipe, "data/a", new string('a', 100_000), "data/b", new string('b', 3_000_000));
        (await new Command("tar", "-cf", "data.tar", "data") { Folder = context }.RunAsync(Token)).Expect(0);
        return context;
    }

    private static async Task<int> CountEventsAsync(Cli store, string context)
    {
        var build = await store.RunAsync("build", "--progress", "json", "--jobs", "1", context);
        return build.Error.Split('\n').Count(IsEvent);
    }

    private static async Task KillAfterAsync(Cli store, string context, int last)
    {
        using var build = store.Command("build", "--progress", "json", "--jobs", "1", "-t", Remains.Never, context).Start();
        var seen = 0;
        await ReadUntilAsync(build.StandardError, line => IsEvent(line) && seen++ == last);
        await KillAsync(build);
    }

    private static bool IsEvent(string line)
    {
        if (!line.StartsWith('{'))
        {
            return false;
        }

        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("event", out _);
    }

    private static async Task ReadUntilAsync(StreamReader reader, Func<string, bool> found)
    {
        while (await reader.ReadLineAsync(Token) is { } line && !found(line))
        {
        }
    }

    // The program alone, not its children: they have to notice by themselves.
    private static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(Token);
    }

    /// <summary>The kernel ends a pid namespace's processes right after its first one, so the last may still be seen for a moment.</summary>
    private static async Task AssertNothingRunsAsync(Cli store)
    {
        string[] left;
        var limit = Stopwatch.StartNew();
        do
        {
            left = [.. Directory.GetDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])).Where(p => BelongsTo(p, store))];
            await Task.Yield();
        }
        while (left.Length > 0 && limit.Elapsed < TimeSpan.FromSeconds(10));

        Assert.True(left.Length == 0, string.Join('\n', left.Select(p => $"{p}: {Text($"{p}/cmdline")}")));
        Assert.DoesNotContain(store.Store, await File.ReadAllTextAsync("/proc/self/mountinfo", Token), StringComparison.Ordinal);
    }

    private static bool BelongsTo(string process, Cli store) =>
        Path.GetFileName(process) != Environment.ProcessId.ToString()
        && (Text($"{process}/mountinfo").Contains(store.Store, StringComparison.Ordinal) || Text($"{process}/environ").Contains(store.Store, StringComparison.Ordinal));

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has just ended
        }
    }
}
