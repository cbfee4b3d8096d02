namespace Slipway.EndToEnd.Tests.Faults;

/// <summary>
/// A disk that fills up at one point or another of a command: exit code 1, a message that says what to do, a whole store; with space the same command works.
/// </summary>
public sealed class FullDiskTests(World world)
{
    // The store lies on a file system that only this shell sees; $1 is the program, $2 the sizes in kB beyond what the store has, the rest the command.
    private const string Script = """
        set -u; program=$1 sizes=$2; shift 2
        origin=$SLIPWAY_HOME; [ -d "$origin" ] && has=$(du -sk "$origin" | cut -f1) || has=0
        export SLIPWAY_HOME=$(mktemp -d); failed=0
        for size in $sizes; do
          mount -t tmpfs -o size=$((has + size))k tmpfs $SLIPWAY_HOME
          [ $has = 0 ] || cp -a "$origin/." $SLIPWAY_HOME
          said=$("$program" "$@" 2>&1); code=$?
          [ $code = 0 ] || { failed=$((failed + 1)); echo "$said" | grep -qi 'no space left' || { echo "$size: ended with $code and said: $said"; exit 1; }
            echo "$said" | grep -q 'some space' || { echo "$size: gave no advice: $said"; exit 1; }
            [ $code = 1 ] || { echo "$size: ended with $code"; exit 1; }; }
          [ -z "$(ls $SLIPWAY_HOME/tmp-v1 2>/dev/null)" ] || { echo "$size: left $(find $SLIPWAY_HOME/tmp-v1)"; exit 1; }
          mount -o remount,size=1g $SLIPWAY_HOME
          [ ! -d $SLIPWAY_HOME/blobs ] || "$program" system check -q || { echo "$size: not whole"; exit 1; }
          said=$("$program" "$@" 2>&1) || { echo "$size: with space it said: $said"; exit 1; }
          "$program" system check -q || { echo "$size: not whole after the second time"; exit 1; }
          umount $SLIPWAY_HOME
        done
        echo "failed $failed times"
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("COPY big /big")]
    [InlineData("ADD big.tar /unpacked/")]
    [InlineData("RUN dd if=/dev/zero of=/big bs=64k count=48 && rm /bin/vi && dd if=/dev/zero of=/more bs=64k count=16")]
    public async Task A_build(string step)
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", $"FROM busybox\nRUN echo first > /first\n{step}\nRUN echo last > /last\n");
        await new Command("bash", "-c", "head -c 3M /dev/urandom >big; tar -cf big.tar big") { Folder = context }.RunAsync(Token);
        await RunAsync(store, "64 1000 2500 3600 5000 6500", "build", "-t", "made", context);
    }

    [Fact]
    public async Task A_load() =>
        await RunAsync(world.NewStore(), "40 300 1500 2200 3000", "load", "--input", await World.BaseImageAsync("busybox"));

    [Fact]
    public async Task A_pull()
    {
        var name = $"{world.Registry}/full/pull:1";
        var sender = await world.NewBusyboxStoreAsync();
        await sender.RunAsync("tag", "busybox", name);
        await sender.RunAsync("push", "-q", name);
        await RunAsync(world.NewStore(), "40 200 700 900", "pull", name);
    }

    [Fact]
    public async Task A_push_that_has_to_compress()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN dd if=/dev/urandom of=/big bs=1M count=2\n");
        var name = $"{world.Registry}/full/push:1";
        await store.RunAsync("build", "-q", "-t", name, context);
        await RunAsync(store, "64 600 1500 2500", "push", name);
    }

    [Fact]
    public async Task Too_little_space_for_a_pull_is_said_before_anything_is_fetched_with_what_a_prune_would_free()
    {
        var name = $"{world.Registry}/full/said:1";
        var sender = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN dd if=/dev/urandom of=/big bs=1M count=8\n");
        await sender.RunAsync("build", "-q", "-t", name, context);
        await sender.RunAsync("push", "-q", name);
        var store = await world.NewBusyboxStoreAsync();
        await store.RunAsync("build", "-q", world.NewContext("Dockerfile", "FROM busybox\nRUN echo x > /x\n"));
        var outcome = await ShellAsync(store, "mount -t tmpfs -o size=9m tmpfs /mnt && cp -a \"$SLIPWAY_HOME/.\" /mnt && SLIPWAY_HOME=/mnt exec \"$@\"", "pull", name);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Matches(@"pulling \S+ needs \S+MB, and \S+ are free", outcome.Error);
        Assert.Matches("\"system prune\" would free about", outcome.Error);
    }

    [Fact]
    public async Task A_disk_without_a_single_free_block_can_be_pruned()
    {
        Assert.SkipUnless(File.Exists("/sbin/mkfs.ext4"), "mkfs.ext4 is not installed");
        var store = await world.NewBusyboxStoreAsync();
        await store.RunAsync("build", "-q", world.NewContext("Dockerfile", "FROM busybox\nRUN dd if=/dev/zero of=/big bs=1M count=2\n"));
        const string Filled = """
            set -e; truncate -s 40M "$SLIPWAY_HOME.disk"; /sbin/mkfs.ext4 -q -m 0 "$SLIPWAY_HOME.disk"; mount -o loop "$SLIPWAY_HOME.disk" /mnt
            cp -a "$SLIPWAY_HOME" /mnt/store; export SLIPWAY_HOME=/mnt/store
            dd if=/dev/zero of=/mnt/fill bs=4k 2>/dev/null || true
            for i in $(seq 200); do mkdir /mnt/full-$i 2>/dev/null || break; done
            ! mkdir /mnt/one-more 2>/dev/null
            "$1" build -q -t never - <<<$'FROM busybox\nRUN echo x > /x' || echo "build ended with $?"
            "$1" system prune -a -f
            [ -z "$(ls $SLIPWAY_HOME/tmp-v1)" ]
            "$1" system check -q
            "$1" images -q | wc -l
            """;
        var outcome = (await ShellAsync(store, Filled)).Expect(0);
        Assert.Contains("build ended with 1", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("no space left", outcome.Error, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\n0\n", outcome.Out, StringComparison.Ordinal);
    }

    private static async Task RunAsync(Cli store, string sizes, params string[] command)
    {
        Root();
        var shell = new Command("unshare", ["--mount", "bash", "-c", Script, "bash", store.Program, sizes, .. command])
        {
            Variables = new Dictionary<string, string?> { ["SLIPWAY_HOME"] = store.Store },
        };
        var outcome = (await shell.RunAsync(Token)).Expect(0);
        Assert.Matches("failed [1-9]+ times", outcome.Out);
    }

    private static Task<Outcome> ShellAsync(Cli store, string script, params string[] command)
    {
        Root();
        return new Command("unshare", ["--mount", "bash", "-c", script, "bash", store.Program, .. command])
        {
            Variables = new Dictionary<string, string?> { ["SLIPWAY_HOME"] = store.Store },
        }.RunAsync(Token);
    }

    private static void Root() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small file system needs root");
}
