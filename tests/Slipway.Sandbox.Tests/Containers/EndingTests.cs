using System.Diagnostics;
using Slipway.Sandbox.Containers;

namespace Slipway.Sandbox.Tests.Containers;

public abstract partial class RunTests
{
    [Fact]
    public async Task Cancelling_ends_a_container_that_ignores_TERM()
    {
        // Process 1 without a handler ignores TERM; so does everything below it here.
        using var cancel = new CancellationTokenSource();
        Task<ContainerResult> run = World.Runner.RunAsync(
            World.Shell("trap '' TERM; echo up; sleep 1000; sleep 1000"), new CapturedIo((_, _) => cancel.Cancel()), cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Cancelling_lets_a_container_end_by_itself_on_TERM()
    {
        using var cancel = new CancellationTokenSource();
        List<byte> output = [];
        Task<ContainerResult> run = World.Runner.RunAsync(
            World.Shell("trap 'echo bye; exit 3' TERM; echo up; while true; do sleep 0.05; done"),
            new CapturedIo((_, bytes) =>
            {
                output.AddRange(bytes.Span);
                cancel.Cancel();
            }), cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("up\nbye\n", System.Text.Encoding.UTF8.GetString([.. output]));
    }

    [Fact]
    public async Task A_callback_that_throws_ends_the_container_and_its_exception_arrives()
    {
        Task<ContainerResult> run = World.Runner.RunAsync(
            World.Shell("echo up; sleep 1000"), new CapturedIo((_, _) => throw new InvalidDataException("mine")), TestContext.Current.CancellationToken);
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(() => run)).Message);
    }

    [Fact]
    public async Task Disposing_the_runner_ends_what_still_runs()
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<ContainerResult> run = World.Runner.RunAsync(
            World.Shell("echo up; sleep 1000"), new CapturedIo((_, _) => up.TrySetResult()), TestContext.Current.CancellationToken);
        await up.Task;
        World.Runner.Dispose();
        Assert.Equal(137, (await run).ExitCode);
    }

    [Fact]
    public async Task What_a_container_leaves_in_the_background_ends_with_it()
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal("done", await World.OutputAsync(World.Shell("sleep 1000 & echo done")));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(500));
    }
}
