using Slipway.Build.Progress;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;
using Slipway.Images.Registry;

namespace Slipway.Cli.Commands;

/// <summary>Shows one transfer (a pull, push, load or save) as one step.</summary>
internal static class TransferProgressScope
{
    public static async Task<T> RunAsync<T>(CliContext cli, string label, bool quiet, Func<IProgress<TransferProgress>?, Task<T>> work)
    {
        if (quiet)
        {
            return await work(null);
        }

        using ProgressRenderer renderer = ProgressRenderer.Create(ProgressMode.Auto, CliContext.Environment, cli.Clock);
        var step = new StepId(1);
        long started = cli.Clock.GetTimestamp();
        renderer.Report(new StepStarted(step, label));
        cli.WarnThrough(warning => renderer.Report(new BuildWarning(warning, step)));
        try
        {
            T result = await work(new StepTransfers(renderer, step));
            renderer.Report(new StepFinished(step, cli.Clock.GetElapsedTime(started)));
            return result;
        }
        catch (Exception e)
        {
            renderer.Report(e is OperationCanceledException ? new StepCancelled(step) : new StepFailed(
                step, cli.Clock.GetElapsedTime(started), e is DiagnosticException mistake ? mistake.Diagnostics[0].Message : e.Message));
            throw;
        }
        finally
        {
            cli.WarnThrough(null);
        }
    }
}
