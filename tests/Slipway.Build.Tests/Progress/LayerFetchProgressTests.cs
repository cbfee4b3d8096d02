using Slipway.Build.Progress;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Testing;

namespace Slipway.Build.Tests.Progress;

public sealed class LayerFetchProgressTests
{
    private const string Origin = "docker.io/library/debian:12";
    private static readonly Descriptor Blob = new(MediaTypes.OciLayerGzip, Digest.Of("x"), 5);
    private readonly Recorder _heard = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Layers_fetched_at_the_same_time_are_one_step()
    {
        LayerFetchProgress progress = Progress(() => new MemoryStream(new byte[5]));
        Stream first = await progress.FetchAsync(Blob, Origin, None), second = await progress.FetchAsync(Blob, Origin, None);
        await first.CopyToAsync(Stream.Null, None);
        await first.DisposeAsync();
        await second.CopyToAsync(Stream.Null, None);
        await second.DisposeAsync();
        Assert.Equal(new StepStarted(new StepId(1), "fetching layers of debian:12"), _heard.Events[0]);
        Assert.Equal(new StepTransfer(new StepId(1), Blob.Digest.Short, 5, 5), _heard.Events[1]);
        Assert.IsType<StepFinished>(_heard.Events[^1]);
        Assert.Single(_heard.Events.OfType<StepStarted>());
        Assert.Single(_heard.Events.OfType<StepFinished>());
    }

    [Fact]
    public async Task Layers_fetched_later_are_a_new_step()
    {
        LayerFetchProgress progress = Progress(() => new MemoryStream(new byte[5]));
        await (await progress.FetchAsync(Blob, Origin, None)).DisposeAsync();
        await (await progress.FetchAsync(Blob, Origin, None)).DisposeAsync();
        Assert.Equal([1, 2], _heard.Events.OfType<StepFinished>().Select(e => e.Step.Value));
    }

    [Fact]
    public async Task A_fetch_that_fails_is_told()
    {
        LayerFetchProgress progress = Progress(() => throw new IOException("no route"));
        await Assert.ThrowsAsync<IOException>(() => progress.FetchAsync(Blob, Origin, None));
        Assert.Equal("no route", Assert.IsType<StepFailed>(_heard.Events[^1]).Message);
    }

    private LayerFetchProgress Progress(Func<Stream> open)
    {
        int last = 0;
        return new LayerFetchProgress(async (_, _, _) => { await Task.Yield(); return open(); }, _heard, () => new StepId(++last), new FakeClock());
    }

    private sealed class Recorder : IBuildProgress
    {
        public List<BuildEvent> Events { get; } = [];

        public void Report(BuildEvent e) => Events.Add(e);
    }
}
