using System.Diagnostics;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.SharedCache;

namespace Slipway.Build.Cache;

/// <summary>Sends the results of a build's steps to shared caches, those that are not there yet, several at once.</summary>
public sealed class CacheExport(BuildSession session)
{
    private const int AtOnce = 8;

    /// <param name="plans">The plans that were carried out in this session, one for each platform.</param>
    /// <param name="cancellationToken">Gives up; what was sent stays.</param>
    /// <exception cref="DiagnosticException">A cache cannot be written, and its failures are not to be ignored.</exception>
    public async Task RunAsync(IReadOnlyList<Plan> plans, CancellationToken cancellationToken)
    {
        foreach (CacheTarget target in session.Settings.CacheTo)
        {
            StepId step = session.NextStep();
            var watch = Stopwatch.StartNew();
            session.Progress.Report(new StepStarted(step, $"exporting the cache to {target.Cache.Name}"));
            try
            {
                await ExportAsync(target, plans, step, cancellationToken);
                session.Progress.Report(new StepFinished(step, watch.Elapsed));
            }
            catch (OperationCanceledException)
            {
                session.Progress.Report(new StepCancelled(step));
                throw;
            }
            catch (Exception e) when (e is DiagnosticException or IOException or UnauthorizedAccessException or InvalidDataException)
            {
                Diagnostic why = e is DiagnosticException known ? known.Diagnostics[0] : new Diagnostic(Severity.Error, "failed", e.Message);
                Diagnostic failure = why with { Code = "cache-export", Message = $"the cache could not be written to {target.Cache.Name}: {why.Message}" };
                session.Progress.Report(new StepFailed(step, watch.Elapsed, failure.Message));
                if (!target.IgnoreErrors)
                {
                    throw new DiagnosticException(failure with { Help = failure.Help ?? "the image itself was built; ignore-error=true makes this a warning" });
                }

                session.Progress.Report(new BuildWarning(failure with { Severity = Severity.Warning }));
            }
        }
    }

    private async Task ExportAsync(CacheTarget target, IReadOnlyList<Plan> plans, StepId step, CancellationToken cancellationToken)
    {
        // Compressing uses all processors by itself.
        using var compressing = new SemaphoreSlim(1);
        var transfers = new StepTransfers(session.Progress, step);
        await Parallel.ForEachAsync(
            Results(target, plans),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (result, token) =>
            {
                bool damaged = session.SharedCaches.IsDamaged(target.Cache, result.Key);
                if (!damaged && await target.Cache.HasAsync(result.Key, token))
                {
                    return;
                }

                CacheLayer[] layers = result.Value is { } layer ? [await DescribeAsync(layer, target, compressing, token)] : [];
                await target.Cache.PutAsync(
                    new CacheEntry(result.Key, layers), blob => () => session.Store.Blobs.OpenRead(blob.Digest), damaged, transfers, token);
            });
        if (target.Mounts)
        {
            await new MountExport(session, target, transfers).RunAsync(step, cancellationToken);
        }
    }

    private Dictionary<Digest, Digest?> Results(CacheTarget target, IReadOnlyList<Plan> plans)
    {
        IEnumerable<FinishedStep> steps = target.AllSteps ? session.Finished.Values : plans.SelectMany(plan => InImage(plan.Target.FileSystem));
        Dictionary<Digest, Digest?> results = [];
        foreach (FinishedStep step in steps)
        {
            foreach (KeyBuilder key in step.Keys)
            {
                results[key.ToDigest()] = step.Result.Layer;
            }
        }

        return results;
    }

    private IEnumerable<FinishedStep> InImage(Operation? operation)
    {
        for (; operation is not null; operation = operation.Parent)
        {
            if (session.Finished.TryGetValue(operation.Work, out FinishedStep? step))
            {
                yield return step;
            }
        }
    }

    private async Task<CacheLayer> DescribeAsync(Digest diffId, CacheTarget target, SemaphoreSlim compressing, CancellationToken cancellationToken)
    {
        await compressing.WaitAsync(cancellationToken);
        try
        {
            Descriptor? ready = target.Compression is null ? session.Store.Layers.FindCompressed(diffId) : null;
            Descriptor blob = ready ?? await session.Store.Layers.GetBlobAsync(diffId, target.Compression ?? CompressionKind.Zstd, cancellationToken);
            long size = (await session.Store.Layers.GetTarDescriptorAsync(diffId, cancellationToken)).Size;
            return new CacheLayer(diffId, size, blob);
        }
        finally
        {
            compressing.Release();
        }
    }
}
