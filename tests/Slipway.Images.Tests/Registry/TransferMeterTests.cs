using Slipway.Images.Registry;

namespace Slipway.Images.Tests.Registry;

public sealed class TransferMeterTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_last_report_has_all_bytes_and_the_total_however_often_was_reported_before(bool slow)
    {
        var heard = new List<TransferProgress>();
        var meter = new TransferMeter(new Listener(heard), "layer", null, new Clock(slow ? TimeSpan.FromSeconds(1) : TimeSpan.Zero));
        meter.Add(3);
        meter.Add(4);
        meter.Settle(7);
        meter.Complete();
        Assert.Equal(new TransferProgress("layer", 0, null), heard[0]);
        Assert.Equal(new TransferProgress("layer", 7, 7), heard[^1]);
        int reports = heard.Count;
        meter.Complete();
        Assert.Equal(reports, heard.Count);
    }

    private sealed class Listener(List<TransferProgress> heard) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => heard.Add(value);
    }

    // Each look at it is so much later.
    private sealed class Clock(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step.Ticks;
    }
}
