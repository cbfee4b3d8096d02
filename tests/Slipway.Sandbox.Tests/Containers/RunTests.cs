using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;

namespace Slipway.Sandbox.Tests.Containers;

public abstract class RunTests(OciRuntimeKind runtime) : IAsyncLifetime
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
    public async Task What_a_run_writes_is_in_the_upper_directory_and_nothing_else_is()
    {
        await World.OutputAsync(World.Shell("echo hi > /made; mkdir /dir; echo x > /dir/file"));
        Assert.Equal(["dir", "dir/file", "made"], World.Changes());
        Assert.Equal("hi\n", File.ReadAllText(Path.Combine(World.Upper, "made")));
    }

    [Fact]
    public async Task A_program_that_is_not_there_gives_127()
    {
        (ContainerResult result, _, _) = await World.RunAsync(World.Program("nope"));
        Assert.Equal((127, StartFailureKind.NotFound), (result.ExitCode, result.Failure!.Kind));
    }
}

public sealed class RunUnderCrun() : RunTests(OciRuntimeKind.Crun);

public sealed class RunUnderRunc() : RunTests(OciRuntimeKind.Runc);
