using Slipway.Images.Registry;

namespace Slipway.Build.Progress;

/// <summary>Passes what a pull, push or export reports on to a build's progress, as transfers of one step.</summary>
public sealed class StepTransfers(IBuildProgress progress, StepId step) : IProgress<TransferProgress>
{
    public void Report(TransferProgress value) =>
        progress.Report(new StepTransfer(step, value.Item, value.Done, value.Total));
}
