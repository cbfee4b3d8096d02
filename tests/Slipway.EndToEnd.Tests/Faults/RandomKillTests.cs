using Slipway.EndToEnd.Tests.BadInput;

namespace Slipway.EndToEnd.Tests.Faults;

/// <summary>
/// kill -9 at fifty moments nobody chose: afterwards the same command succeeds and the store is whole. A moment is the n-th line that the command says, or the
/// moment its store has n more files. <c>SLIPWAY_TEST_SEED</c> repeats a run.
/// </summary>
public sealed class RandomKillTests(World world)
{
    private const string Recipe = """
        FROM busybox AS made
        RUN dd if=/dev/urandom of=/out bs=1M count=3 2>/dev/null; mkdir /many; for i in $(seq 200); do echo $i > /many/$i; done
        FROM busybox
        COPY data /data
        COPY --from=made /many /many
        WORKDIR /w/x
        RUN --mount=type=cache,target=/c cp -r /data /c/; rm /many/1*; echo end > /end
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_build_killed_at_twenty_moments_leaves_a_whole_store()
    {
        var context = Context();
        var killed = 0;
        foreach (var moment in Moments(20, lines: 24, files: 16))
        {
            var store = await world.NewBusyboxStoreAsync();
            killed += await KillAsync(store, moment, "build", "--progress", "json", "-t", Remains.Never, context) ? 1 : 0;
            await AssertWholeAsync(store, moment);
            await store.RunAsync("build", "-q", "-t", "again", context);
            await AssertWholeAsync(store, moment);
        }

        AssertMostly(killed, 20);
    }

    [Fact]
    public async Task A_pull_killed_at_fifteen_moments_leaves_a_whole_store()
    {
        var (name, killed) = (await PushedAsync(), 0);
        foreach (var moment in Moments(15, lines: 8, files: 10))
        {
            var store = world.NewStore();
            killed += await KillAsync(store, moment, "pull", name) ? 1 : 0;
            await AssertWholeAsync(store, moment);
            await store.RunAsync("pull", "-q", name);
            await AssertWholeAsync(store, moment);
            Assert.Equal("end\n", (await store.RunAsync("run", "--rm", name, "cat", "/end")).Out);
        }

        AssertMostly(killed, 15);
    }

    [Fact]
    public async Task A_push_killed_at_fifteen_moments_leaves_a_whole_store_and_is_done_again()
    {
        var built = await world.NewBusyboxStoreAsync();
        await built.RunAsync("build", "-q", "-t", "sent", Context());
        var killed = 0;
        foreach (var (moment, i) in Moments(15, lines: 10, files: 6).Select((moment, i) => (moment, i)))
        {
            var store = world.NewStore();
            (await new Command("cp", "-a", built.Store, store.Store).RunAsync(Token)).Expect(0);
            var name = $"{world.Registry}/killed/push-{i}";
            await store.RunAsync("tag", "sent", name);
            killed += await KillAsync(store, moment, "push", name) ? 1 : 0;
            await AssertWholeAsync(store, moment);
            await store.RunAsync("push", "-q", name);
            await AssertWholeAsync(store, moment);
            if (i % 5 == 0)
            {
                var receiver = world.NewStore();
                await receiver.RunAsync("pull", "-q", name);
                await AssertWholeAsync(receiver, moment);
            }
        }

        AssertMostly(killed, 15);
    }

    // A moment may lie after the end; but then it tests nothing.
    private static void AssertMostly(int killed, int moments)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} of {moments} were killed at work");
        Assert.True(killed >= moments / 2, $"only {killed} of {moments} were still at work");
    }

    private async Task<string> PushedAsync()
    {
        var sender = await world.NewBusyboxStoreAsync();
        var name = $"{world.Registry}/killed/pull:1";
        await sender.RunAsync("build", "-q", "-t", name, Context());
        await sender.RunAsync("push", "-q", name);
        return name;
    }

    private string Context() => world.NewContext("Dockerfile", Recipe, "data/a", new string('a', 100_000), "data/b", new string('b', 2_000_000));

    private static List<Moment> Moments(int count, int lines, int files)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SLIPWAY_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"SLIPWAY_TEST_SEED={seed}");
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? new Moment(random.Next(lines), null, seed) : new Moment(null, random.Next(files), seed))];
    }

    /// <returns>Whether the command was still at work.</returns>
    private static async Task<bool> KillAsync(Cli store, Moment moment, params string[] arguments)
    {
        var before = Files(store);
        using var process = store.Command(arguments).Start();
        var output = process.StandardOutput.ReadToEndAsync(Token);
        if (moment.Lines is { } lines)
        {
            for (var seen = 0; seen <= lines && await process.StandardError.ReadLineAsync(Token) is not null; seen++)
            {
            }
        }
        else
        {
            var errors = process.StandardError.ReadToEndAsync(Token);
            while (!process.HasExited && Files(store) <= before + moment.Files)
            {
                await Task.Yield();
            }
        }

        process.Kill();
        await process.WaitForExitAsync(Token);
        _ = await output;
        return process.ExitCode == 137;
    }

    // Those of unfinished work, too: that is where most moments are.
    private static int Files(Cli store)
    {
        try
        {
            return ((string[])["tmp-v1", "blobs/sha256", "layers-v1", "keys-v1"])
                .Select(folder => Path.Combine(store.Store, folder))
                .Sum(folder => Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Sum(entry => 1 + Inside(entry)) : 0);
        }
        catch (IOException)
        {
            return 0; // something went away under the count; the next one comes at once
        }

        static int Inside(string entry) => entry.Contains("tmp-v1", StringComparison.Ordinal) && Directory.Exists(entry) ? Directory.EnumerateFileSystemEntries(entry).Count() : 0;
    }

    private static async Task AssertWholeAsync(Cli store, Moment moment)
    {
        var check = await store.Command("system", "check", "-q").RunAsync(Token);
        Assert.True(check.ExitCode == 0, $"{moment}\n{check.Error}");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Store, "tmp-v1")));
    }

    /// <summary>After so many lines, or with so many files more.</summary>
    private sealed record Moment(int? Lines, int? Files, int Seed);
}
