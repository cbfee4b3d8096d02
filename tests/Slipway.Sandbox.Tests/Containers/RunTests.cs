using Slipway.Foundation.Text;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;
using Slipway.Sandbox.Security;

namespace Slipway.Sandbox.Tests.Containers;

/// <summary>What holds for every container, under each runtime, as root and (through <see cref="Hosts.RootlessTests"/>) as an ordinary user.</summary>
public abstract partial class RunTests(OciRuntimeKind runtime) : IAsyncLifetime
{
    internal World World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await World.CreateAsync(runtime);

    public ValueTask DisposeAsync()
    {
        World?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Output_arrives_and_the_exit_code_is_the_programs_own()
    {
        (ContainerResult result, string output, string error) = await World.RunAsync(World.Shell("echo out; echo err >&2; exit 7"));
        Assert.Equal((7, "out\n", "err\n"), (result.ExitCode, output, error));
        Assert.Null(result.Failure);
    }

    [Fact]
    public async Task Output_larger_than_any_buffer_arrives_whole() =>
        Assert.Equal(3_000_000, (await World.OutputAsync(World.Shell("head -c 3000000 /dev/zero"))).Length);

    [Fact]
    public async Task No_thread_of_the_pool_is_born_in_the_containers_mount_namespace()
    {
        static string Namespace() => new FileInfo("/proc/thread-self/ns/mnt").LinkTarget!;
        List<Task<string>> tasks = [];
        // More blocked tasks than the pool has threads, so that it makes new ones.
        using var go = new ManualResetEventSlim();
        await World.Runner.RunAsync(World.Shell("echo out"), new CapturedIo((_, _) =>
        {
            for (int i = 0; i < Environment.ProcessorCount + 8; i++)
            {
                tasks.Add(Task.Run(() =>
                {
                    go.Wait(TestContext.Current.CancellationToken);
                    return Namespace();
                }));
            }
        }), TestContext.Current.CancellationToken);
        go.Set();
        string own = new FileInfo($"/proc/{Environment.ProcessId}/ns/mnt").LinkTarget!;
        Assert.All(await Task.WhenAll(tasks), ns => Assert.Equal(own, ns));
    }

    [Fact]
    public async Task Standard_input_is_empty() => Assert.Equal("0", await World.OutputAsync(World.Shell("wc -c")));

    [Theory]
    [InlineData("nope", 127)]
    [InlineData("/nope", 127)]
    [InlineData("/etc/passwd", 126)]
    [InlineData("/etc", 126)]
    [InlineData("/bin/sh/below", 126)]
    [InlineData("/bin/foreign", 126)]
    [InlineData("/bin/script", 127)]
    public async Task A_program_that_cannot_start_gives_dockers_exit_code(string program, int code)
    {
        Directory.CreateDirectory(Path.Combine(World.Base, "bin"));
        MakeExecutable(World.Write("base/bin/foreign", "neither a script nor a program\0"));
        MakeExecutable(World.Write("base/bin/script", "#!/no/such/interpreter\n"));
        (ContainerResult result, _, _) = await World.RunAsync(World.Program(program));
        Assert.Equal(code, result.ExitCode);
        Assert.Equal(code, (int)result.Failure!.Kind);
        Assert.NotEqual("", result.Failure.Message);
    }

    [Fact]
    public async Task A_program_that_starts_and_exits_with_1_is_no_start_failure()
    {
        (ContainerResult result, _, _) = await World.RunAsync(World.Shell("exit 1"));
        Assert.Equal((1, null), (result.ExitCode, result.Failure));
    }

    [Fact]
    public async Task A_program_ended_by_a_signal_gives_128_and_its_number()
    {
        (ContainerResult result, _, _) = await World.RunAsync(World.Shell("sh -c 'kill -KILL $$'; exit $?"));
        Assert.Equal(137, result.ExitCode);
    }

    [Fact]
    public async Task What_a_run_writes_is_in_the_upper_directory_and_nothing_else_is()
    {
        await World.OutputAsync(World.Shell("echo hi > /made; mkdir /dir; echo x > /dir/file"));
        Assert.Equal(["dir", "dir/file", "made"], World.Changes());
        Assert.Equal("hi\n", File.ReadAllText(Path.Combine(World.Upper, "made")));
    }

    [Fact]
    public async Task The_root_directory_keeps_its_owner_and_mode()
    {
        File.SetUnixFileMode(World.Base, (UnixFileMode)Convert.ToInt32("751", 8));
        Assert.Equal("751 0", await World.OutputAsync(World.Shell("stat -c '%a %u' /")));
    }

    [Fact]
    public async Task An_image_without_any_directory_can_be_run_in()
    {
        ContainerSpec spec = World.Shell("ls /");
        string empty = Directory.CreateDirectory(Path.Combine(World.Folder, "empty")).FullName;
        Directory.CreateDirectory(Path.Combine(empty, "bin"));
        File.Copy("/bin/busybox", Path.Combine(empty, "bin/sh"));
        spec = spec with { Root = spec.Root with { Lower = [empty] }, Arguments = ["/bin/sh", "-c", "echo /*"] };
        Assert.Equal("/bin /dev /etc /proc /sys", await World.OutputAsync(spec));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task A_hundred_and_twenty_layers_are_stacked_in_order()
    {
        List<string> lower = [];
        for (int i = 0; i < 120; i++)
        {
            World.Write($"layer-{i}/etc/both", $"{i}");
            World.Write($"layer-{i}/etc/of-{i}", $"{i}");
            lower.Insert(0, Path.Combine(World.Folder, $"layer-{i}"));
        }

        ContainerSpec spec = World.Shell("cat /etc/both /etc/of-0 /etc/of-77; ls /etc | grep -c of-");
        Assert.Equal("119077120", await World.OutputAsync(spec with { Root = spec.Root with { Lower = [.. lower, World.Base] } }));
    }

    [Fact]
    public async Task Folder_names_with_colons_commas_and_spaces_are_no_trouble()
    {
        World.Write("od:d, folder/file", "found");
        ContainerSpec spec = World.Shell("cat /file");
        Assert.Equal("found", await World.OutputAsync(spec with { Root = spec.Root with { Lower = [Path.Combine(World.Folder, "od:d, folder"), World.Base] } }));
    }

    [Fact]
    public async Task A_fixup_gives_an_implied_directory_its_true_metadata()
    {
        World.Write("over/home/app/file", "x");
        File.SetUnixFileMode(Path.Combine(World.Folder, "over/home/app"), (UnixFileMode)Convert.ToInt32("755", 8));
        ContainerSpec spec = World.Shell("stat -c '%a %u %g %Y' /home/app; cat /home/app/file");
        RootFileSystem root = spec.Root with
        {
            Lower = [Path.Combine(World.Folder, "over"), World.Base],
            Fixups = [new DirectoryFixup("home/app", Convert.ToInt32("700", 8), World.OtherId, World.OtherId, 315619200_000_000_000)],
        };
        Assert.Equal($"700 {World.OtherId} {World.OtherId} 315619200\nx", await World.OutputAsync(spec with { Root = root }));
    }

    [Fact]
    public async Task Deleting_a_file_of_a_lower_layer_leaves_a_whiteout()
    {
        await World.OutputAsync(World.Shell("rm /etc/group"));
        Assert.Equal(["etc", "etc/group"], World.Changes());
        Assert.Equal(Foundation.Linux.FileKind.CharacterDevice, Foundation.Linux.FileStatus.Of(Path.Combine(World.Upper, "etc/group")).Kind);
    }

    [Fact]
    public async Task A_kept_upper_directory_can_be_run_in_again()
    {
        await World.RunAsync(World.Shell("echo first > /made; rm /etc/group; exit 1"));
        Assert.Equal("first\nno", await World.OutputAsync(World.Shell("cat /made; test -e /etc/group || echo no")));
    }

    [Fact]
    public async Task The_working_directory_is_made_when_it_is_not_there()
    {
        Assert.Equal("/a/b", await World.OutputAsync(World.Shell("pwd") with { WorkingDirectory = "/a/b" }));
        Assert.Equal(["a", "a/b"], World.Changes());
    }

    [Fact]
    public async Task Environment_has_a_PATH_and_HOME_and_the_last_of_two_values()
    {
        ContainerSpec spec = World.Program("/bin/env") with { Environment = ["A=1", "B=with space", "A=2"] };
        string[] lines = (await World.OutputAsync(spec)).Split('\n');
        Assert.Contains("A=2", lines);
        Assert.DoesNotContain("A=1", lines);
        Assert.Contains("B=with space", lines);
        Assert.Contains("HOME=/root", lines);
        Assert.Contains("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", lines);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task A_user_by_name_has_its_groups_and_home()
    {
        Assert.SkipWhen(World.HasOneId, "a namespace with one id has one user");
        ContainerSpec spec = World.Shell("id -u; id -g; id -G; echo $HOME") with { User = "app" };
        Assert.Equal("1000\n1000\n1000 29 50\n/home/app", await World.OutputAsync(spec));
    }

    [Fact]
    public async Task An_unknown_user_is_a_mistake_in_dockers_words()
    {
        var e = await Assert.ThrowsAsync<DiagnosticException>(() => World.RunAsync(World.Shell("true") with { User = "ghost" }));
        Assert.Contains("unable to find user ghost: no matching entries in passwd file", e.Message);
    }

    [Fact]
    public async Task Nobody_but_root_keeps_capabilities()
    {
        Assert.SkipWhen(World.HasOneId, "a namespace with one id has one user");
        const string show = "grep -e CapEff -e CapBnd -e CapInh /proc/self/status | while read a b; do echo $b; done";
        string[] root = (await World.OutputAsync(World.Shell(show))).Split('\n');
        string[] app = (await World.OutputAsync(World.Shell(show) with { User = "app" })).Split('\n');
        Assert.Equal(["0000000000000000", "00000000a80425fb", "00000000a80425fb"], root);
        Assert.Equal(["0000000000000000", "0000000000000000", "00000000a80425fb"], app);
    }

    [Fact]
    public async Task The_seccomp_filter_forbids_what_docker_forbids_and_insecure_lifts_it()
    {
        const string seccomp = "grep Seccomp: /proc/self/status | while read a b; do echo $b; done";
        const string mount = "; mkdir /m; mount -t tmpfs x /m && echo mounted || echo refused";
        Assert.Equal("2\nrefused", await World.OutputAsync(World.Shell(seccomp + mount)));
        Assert.Equal("0\nmounted", await World.OutputAsync(World.Shell(seccomp + "; rm -r /m" + mount) with { Security = SecurityProfile.Insecure }));
    }

    [Fact]
    public async Task System_paths_are_hidden_and_write_protected()
    {
        Assert.Equal("ro\nempty\nro", await World.OutputAsync(World.Shell("""
            (echo 1 > /proc/sys/kernel/domainname) 2>/dev/null && echo rw || echo ro
            test "$(cat /proc/timer_list 2>/dev/null)" && echo shown || echo empty
            mkdir /sys/x 2>/dev/null && echo rw || echo ro
            """)));
    }

    [Fact]
    public async Task A_container_sees_only_its_own_processes() =>
        Assert.Equal("1", (await World.OutputAsync(World.Shell("echo $$; ls -d /proc/[0-9]* | wc -l >/dev/null"))));

    [Fact]
    public async Task Devices_are_the_usual_ones()
    {
        string devices = await World.OutputAsync(World.Shell("echo x > /dev/null; head -c 1 /dev/urandom | wc -c; ls /dev; stat -c %a /dev/shm; stat -f -c '%b %S' /dev/shm"));
        foreach (string name in (string[])["null", "zero", "full", "random", "urandom", "tty", "pts", "shm", "mqueue", "fd", "stdin", "stdout", "stderr", "ptmx"])
        {
            Assert.Contains($"\n{name}\n", devices);
        }

        Assert.EndsWith("1777\n16384 4096", devices);
    }

    [Fact]
    public async Task A_network_of_its_own_has_only_a_loopback_device()
    {
        Assert.Equal("lo", await World.OutputAsync(World.Shell("ls /sys/class/net; ip addr show lo | grep -q 127.0.0.1") with { Network = NetworkMode.None }));
    }

    [Fact]
    public async Task A_process_may_open_as_many_files_as_is_usual() =>
        Assert.Equal("1024", await World.OutputAsync(World.Shell("ulimit -n")));

    [Fact]
    public async Task Limits_are_set() =>
        Assert.Equal("99", await World.OutputAsync(World.Shell("ulimit -n") with { Limits = [new ResourceLimit("nofile", 99, 99)] }));

    [Fact]
    public async Task A_misspelt_limit_is_a_mistake_with_a_suggestion()
    {
        var e = await Assert.ThrowsAsync<DiagnosticException>(() => World.RunAsync(World.Shell("true") with { Limits = [new ResourceLimit("nofiles", 1, 1)] }));
        Assert.Contains("'nofile'", e.Message);
    }

    [Fact]
    public async Task A_read_only_root_cannot_be_written_to()
    {
        (ContainerResult result, _, string error) = await World.RunAsync(World.Shell("touch /x") with { ReadOnlyRoot = true });
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Read-only", error);
    }

    [Fact]
    public async Task Under_init_the_program_is_not_process_1()
    {
        Assert.SkipUnless(ProgramSearch.Find("tini-static") is not null, "tini is not installed");
        Assert.Equal("docker-init", await World.OutputAsync(World.Shell("cat /proc/1/comm") with { Init = true }));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task Runs_may_overlap()
    {
        string[] outputs = await Task.WhenAll(Enumerable.Range(0, 8).Select(n =>
        {
            ContainerSpec spec = World.Shell($"echo {n} > /made; cat /made");
            string upper = Directory.CreateDirectory(Path.Combine(World.Folder, $"upper-{n}")).FullName;
            return World.OutputAsync(spec with { Root = spec.Root with { Upper = upper } });
        }));
        Assert.Equal(Enumerable.Range(0, 8).Select(n => $"{n}"), outputs);
    }

    [Fact]
    public async Task Nothing_stays_mounted()
    {
        await World.OutputAsync(World.Shell("true"));
        Assert.DoesNotContain(World.Folder, File.ReadAllText("/proc/self/mountinfo"));
    }

    private static void MakeExecutable(string path) => File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
}

public sealed class RunUnderCrun() : RunTests(OciRuntimeKind.Crun);

public sealed class RunUnderRunc() : RunTests(OciRuntimeKind.Runc);
