using System.Diagnostics;
using System.Globalization;
using Slipway.Foundation.Linux;
using Slipway.Sandbox.Hosts;

namespace Slipway.Sandbox.Tests.Containers;

/// <summary>What can only be seen from outside: the program <c>Slipway.Sandbox.Driver</c> runs one container on its own streams.</summary>
public sealed class ProcessTests : IAsyncLifetime
{
    public static TheoryData<string, string> Everywhere => new(
        from runtime in (string[])["crun", "runc"] from user in (string[])["root", "slipway-test"] select (runtime, user));

    private World World { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        World = await World.CreateAsync(OciRuntimeKind.Crun);
        File.SetUnixFileMode(World.Folder, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    public ValueTask DisposeAsync()
    {
        World.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Piped_input_reaches_the_container_and_its_exit_code_comes_back(string runtime, string user)
    {
        using Process driver = await StartAsync(user, Driver(runtime, "i", "/bin/sh", "-c", "cat; echo error >&2; exit 42"));
        await driver.StandardInput.WriteAsync("line one\nline two\n");
        driver.StandardInput.Close();
        string output = await driver.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await driver.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("line one\nline two\n", "error\n", 42), (output, error, await ExitCodeAsync(driver)));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Without_i_the_container_reads_nothing(string runtime, string user)
    {
        using Process driver = await StartAsync(user, Driver(runtime, "-", "/bin/cat"));
        await driver.StandardInput.WriteAsync("not for you");
        Assert.Equal("", await driver.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await ExitCodeAsync(driver));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_terminal_of_its_own_has_the_size_of_ours(string runtime, string user)
    {
        string command = string.Join(' ', Driver(runtime, "it", "/bin/sh", "-c", "'test -t 0 && test -t 1 && stty size; exit 5'"));
        using Process script = await StartAsync(user, ["script", "-qec", $"stty rows 33 cols 77; {command}", "/dev/null"]);
        string output = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("33 77", 5), (output.Trim(), await ExitCodeAsync(script)));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Keys_reach_the_containers_terminal_and_our_own_is_as_before_afterwards(string runtime, string user)
    {
        string command = string.Join(' ', Driver(runtime, "it", "/bin/sh"));
        using Process script = await StartAsync(user, ["script", "-qec", $"stty -echo; stty -a > /tmp/a-$$; {command}; echo code $?; stty -a | cmp - /tmp/a-$$ && echo same; rm /tmp/a-$$", "/dev/null"]);
        await script.StandardInput.WriteAsync("echo sum $((40+2))\nexit 9\n");
        await script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        string output = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("sum 42", output);
        Assert.Contains("code 9", output);
        Assert.Contains("same", output);
    }

    [Fact]
    public async Task Asking_for_a_terminal_without_one_is_a_mistake_in_dockers_words()
    {
        using Process driver = await StartAsync("root", Driver("crun", "it", "/bin/sh"));
        driver.StandardInput.Close();
        Assert.Contains("the input device is not a TTY", await driver.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(125, await ExitCodeAsync(driver));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Signals_go_to_the_container(string runtime, string user)
    {
        using Process driver = await StartAsync(user, Driver(runtime, "-", "/bin/sh", "-c", "trap 'echo got it; exit 3' USR1; echo up; while true; do sleep 0.05; done"));
        Assert.Equal("up", await driver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await RunAsync("kill", "-USR1", driver.Id.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("got it", await driver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(3, await ExitCodeAsync(driver));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Under_init_a_program_without_a_handler_ends_on_TERM(string runtime, string user)
    {
        Assert.SkipUnless(ProgramSearch.Find("tini-static") is not null, "tini is not installed");
        using Process driver = await StartAsync(user, Driver(runtime, "n", "/bin/sh", "-c", "echo up; exec sleep 1000"));
        Assert.Equal("up", await driver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await RunAsync("kill", "-TERM", driver.Id.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(143, await ExitCodeAsync(driver));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Nothing_outlives_a_killed_slipway(string runtime, string user)
    {
        using Process driver = await StartAsync(user, Driver(runtime, "-", "/bin/sh", "-c", "sleep 1001 & sleep 1002 & echo up; sleep 1003"));
        Assert.Equal("up", await driver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        driver.Kill();
        // Every process in there has our pipe as its output: the end of file comes when the last one is gone.
        Assert.Equal("", await driver.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("slipway-driver-", await File.ReadAllTextAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken));
    }

    private string[] Driver(string runtime, string options, params string[] command)
    {
        string program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Slipway.Sandbox.Driver", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Slipway.Sandbox.Driver"));
        Assert.SkipUnless(File.Exists(program), $"{program} is not built");
        return [program, runtime, World.Base, options, .. command];
    }

    private static async Task<Process> StartAsync(string user, string[] command)
    {
        Assert.SkipUnless(ProcessIdentity.EffectiveUid == 0 && Rootless.OriginalUid == 0, "needs root");
        if (user != "root")
        {
            await TestUsers.EnsureAsync(user, withSubordinateIds: true);
            command = TestUsers.Becoming(user, command);
        }

        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<int> ExitCodeAsync(Process process)
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
