namespace Slipway.EndToEnd.Tests.BadInput;

/// <summary>Machines that lack something: no runtime, no user namespaces, no space.</summary>
public sealed class MachineTests(World world)
{
    // Becomes an ordinary user of a user namespace in which no further ones may be made.
    private const string WithoutUserNamespaces = """
        pipes=$(mktemp -d); mkfifo $pipes/ready $pipes/go
        unshare --user sh -c 'echo >"$1/ready"; read _ <"$1/go"; shift
          exec sh -c "echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --reuid=1000 --regid=1000 --clear-groups \"\$@\"" sh "$@"' sh $pipes "$@" &
        read _ <$pipes/ready
        echo 0 0 65536 >/proc/$!/uid_map; echo 0 0 65536 >/proc/$!/gid_map
        echo >$pipes/go
        wait $!; code=$?; rm -r $pipes; exit $code
        """;

    private const string WithoutRuntimes = """
        for name in crun runc; do for path in $(which -a $name); do mount --bind /dev/null $path; done; done; exec "$@"
        """;

    private string Context => world.NewContext("Dockerfile", "FROM busybox\nCOPY file /file\nRUN cat /file\n", "file", "hello\n");

    [Fact]
    public async Task Without_a_runtime_the_step_is_named_and_how_to_get_one()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = Context;
        var build = await WrapAsync(store, 1, ["unshare", "--mount", "bash", "-c", WithoutRuntimes, "bash"], "build", "-t", Remains.Never, context);
        Assert.Contains("Dockerfile:3", build.Error, StringComparison.Ordinal);
        Assert.Contains("apt-get install crun", build.Error, StringComparison.Ordinal);
        await WrapAsync(store, 125, ["unshare", "--mount", "bash", "-c", WithoutRuntimes, "bash"], "run", "busybox", "true");
        await store.AssertNothingLeftAsync();
        await store.RunAsync("build", context);
    }

    [Fact]
    public async Task Without_a_runtime_what_runs_nothing_is_still_built()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nCOPY file /file\nWORKDIR /new\n", "file", "hello\n");
        await WrapAsync(store, 0, ["unshare", "--mount", "bash", "-c", WithoutRuntimes, "bash"], "build", context);
    }

    [Fact]
    public async Task A_runtime_that_is_not_there_is_named()
    {
        var store = (await world.NewBusyboxStoreAsync()) with { Variables = new Dictionary<string, string?> { ["SLIPWAY_RUNTIME"] = "/nowhere/crun" } };
        await store.RefuseAsync(Context, "Dockerfile:3", "/nowhere/crun", "Unset SLIPWAY_RUNTIME");
        Assert.Contains("/nowhere/crun", (await store.RunAsync(125, "run", "busybox", "true")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_user_namespaces_an_ordinary_user_is_told_the_setting()
    {
        var home = world.NewFolder("home");
        File.SetUnixFileMode(home, (UnixFileMode)0x1FF);
        var store = world.Slipway with { Store = Path.Combine(home, "store"), Program = CopyForEverybody() };
        var context = Context;
        var build = await WrapAsync(store, 1, ["bash", "-c", WithoutUserNamespaces, "bash"], "build", context);
        Assert.Contains("sysctl -w user.max_user_namespaces", build.Error, StringComparison.Ordinal);
        var run = await WrapAsync(store, 125, ["bash", "-c", WithoutUserNamespaces, "bash"], "run", "busybox", "true");
        Assert.Contains("sysctl -w user.max_user_namespaces", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(store.Store));
    }

    [Theory]
    [InlineData("FROM busybox\nCOPY big /big\n", "Dockerfile:2")]
    [InlineData("FROM busybox\nRUN cp /context/big /big 2>/dev/null; dd if=/dev/zero of=/big bs=1M count=20\n", "Dockerfile:2")]
    [InlineData("FROM busybox\nRUN dd if=/dev/zero of=/a bs=1M count=4\nRUN dd if=/dev/zero of=/b bs=1M count=4\n", "Dockerfile")]
    [InlineData("FROM busybox\nADD big.tar /big/\n", "Dockerfile:2")]
    public async Task A_full_disk_is_named_and_nothing_of_the_step_is_left(string recipe, string place)
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", recipe);
        await new Command("bash", "-c", "head -c 20M /dev/urandom >big; tar -cf big.tar big") { Folder = context }.RunAsync(TestContext.Current.CancellationToken);
        var small = world.NewContext("Dockerfile", "FROM busybox\nRUN echo small > /small\n");

        // The store lies on a file system of 12 MB that only this shell sees.
        const string Script = """
            set -e; copy=$(mktemp -d); mount -t tmpfs -o size=12m tmpfs $copy; cp -a "$SLIPWAY_HOME/." $copy; export SLIPWAY_HOME=$copy
            code=0; "$1" build -t never-made "$2" || code=$?
            echo "ended with $code" >&2
            echo "left: $(ls $copy/tmp-v1)" >&2
            "$1" images
            "$1" system prune --force >&2
            "$1" build -t small "$3" >&2
            exec "$1" run small cat /small
            """;
        var shell = new Command("unshare", "--mount", "bash", "-c", Script, "bash", store.Program, context, small)
        {
            Variables = new Dictionary<string, string?> { ["SLIPWAY_HOME"] = store.Store },
        };
        var outcome = (await shell.RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        Assert.Contains("ended with 1\n", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("left: \n", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(place, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("no space left", outcome.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("system prune", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Remains.Never, outcome.Out, StringComparison.Ordinal);
        Assert.EndsWith("small\n", outcome.Out, StringComparison.Ordinal);
    }

    private static async Task<Outcome> WrapAsync(Cli store, int exitCode, string[] wrapper, params string[] arguments)
    {
        var inner = store.Command(arguments);
        var outer = inner with { Program = wrapper[0], Arguments = [.. wrapper[1..], inner.Program, .. arguments] };
        return (await outer.RunAsync(TestContext.Current.CancellationToken)).Expect(exitCode);
    }

    // The checkout may lie where an ordinary user cannot go.
    private string CopyForEverybody()
    {
        var folder = world.NewFolder("program");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(world.Slipway.Program)!))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        for (var at = folder; at != Path.GetTempPath().TrimEnd('/'); at = Path.GetDirectoryName(at)!)
        {
            File.SetUnixFileMode(at, File.GetUnixFileMode(at) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        }

        return Path.Combine(folder, Path.GetFileName(world.Slipway.Program));
    }
}
