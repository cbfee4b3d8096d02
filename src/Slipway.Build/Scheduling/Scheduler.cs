using System.Collections.Concurrent;
using System.Diagnostics;
using Slipway.Build.Cache;
using Slipway.Build.Graph;
using Slipway.Build.Operations;
using Slipway.Build.Progress;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;

namespace Slipway.Build.Scheduling;

/// <summary>
/// Carries out operations. Work is pulled: asking for an operation asks for its inputs first, all at once; operations of the same definition are one
/// piece of work. The first failure stops everything else.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    private readonly BuildSession _session;
    private readonly string _recipe;
    private readonly StepExecutors _executors;
    private readonly CancellationTokenSource _stop;
    private readonly ConcurrentDictionary<Digest, Lazy<Task<FileSystemState>>> _results = new();
    private readonly ConcurrentDictionary<Digest, Lazy<Task<StepResult>>> _layers = new();

    /// <param name="session">What the steps share.</param>
    /// <param name="recipe">The recipe's path; with stage and number it names a step across builds.</param>
    /// <param name="cancellationToken">Stops the build.</param>
    public Scheduler(BuildSession session, string recipe, CancellationToken cancellationToken)
    {
        (_session, _recipe) = (session, recipe);
        _executors = new StepExecutors(session, ResultAsync);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>The file system that an operation makes.</summary>
    public Task<FileSystemState> ResultAsync(Operation operation) =>
        _results.GetOrAdd(operation.Definition, _ => new Lazy<Task<FileSystemState>>(() => ComputeAsync(operation))).Value;

    /// <summary>Waits until nothing that was started runs any more, however it ended.</summary>
    public Task SettleAsync() => Task.WhenAll(_results.Values.Where(result => result.IsValueCreated).Select(async result =>
    {
        await ((Task)result.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }));

    public void Dispose() => _stop.Dispose();

    private async Task<FileSystemState> ComputeAsync(Operation operation)
    {
        await Task.Yield(); // so that a chain of steps taken from the cache does not grow the stack
        if (operation is LayerOperation { Source.ReadsParent: false })
        {
            // Such layers are made beside what is below them, all at once, and once for all stages.
            Task<FileSystemState> below = ResultAsync(operation.Parent!);
            Task<StepResult> step = _layers.GetOrAdd(operation.Work, _ => new Lazy<Task<StepResult>>(() => StepAsync(operation, FileSystemState.Empty))).Value;
            await Task.WhenAll(below, step);
            return (await below).With((await step).Layer);
        }

        FileSystemState[] inputs = await Task.WhenAll(operation.Inputs.Select(ResultAsync));
        _stop.Token.ThrowIfCancellationRequested();
        return operation switch
        {
            ScratchOperation => FileSystemState.Empty,
            ImageOperation image => new FileSystemState([.. image.Image.Config.DiffIds]),
            _ => inputs[0].With((await StepAsync(operation, inputs[0])).Layer),
        };
    }

    private async Task<StepResult> StepAsync(Operation operation, FileSystemState parent)
    {
        StepId id = _session.NextStep();
        StepOrigin origin = operation.Origin;
        var watch = Stopwatch.StartNew();
        _session.Progress.Report(new StepStarted(id, origin.Label, origin.Stage.Name, origin.Line));
        try
        {
            await _session.Slots.WaitAsync(_stop.Token);
            try
            {
                return await CachedAsync(id, operation, parent, watch);
            }
            finally
            {
                _session.Slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            _session.Progress.Report(new StepCancelled(id));
            throw;
        }
        catch (Exception thrown)
        {
            Exception e = StepFailure.Explain(thrown, origin);
            string message = e is DiagnosticException d ? d.Diagnostics[0].Message : e.Message;
            _session.Progress.Report(_session.Steps.HasLost ? new StepCancelled(id) : new StepFailed(id, watch.Elapsed, message));
            await _stop.CancelAsync();
            if (e != thrown)
            {
                throw e;
            }

            throw;
        }
    }

    private async Task<StepResult> CachedAsync(StepId id, Operation operation, FileSystemState parent, Stopwatch watch)
    {
        BuildSettings settings = _session.Settings;
        string slot = $"{_recipe}#{operation.Origin.Stage.Platform}{operation.Origin.Stage.Name}/{operation.Origin.Step}";
        StepKey key = await _executors.KeyAsync(operation, parent, slot, id, _stop.Token);
        bool mayUse = settings.MayUseCache(operation.Origin.Stage.Name);
        CacheAnswer answer = await _session.Steps.FindAsync(key, mayUse, settings.Explain, _stop.Token);
        if (answer.Reason is { } reason)
        {
            _session.Progress.Report(new BuildNote($"{(answer.Result is null ? "not cached" : "cached")}: {reason}", id));
        }

        using StepTurn? turn = answer.Result is null && mayUse
            ? await StepTurn.TakeAsync(_session.Store.StepLockOf(answer.Keys[^1].ToDigest()), _session.Progress, id, _session.Slots, _stop.Token)
            : null;
        if (turn is not null && await _session.Steps.FindDoneAsync(slot, answer.Keys, _stop.Token) is { } elsewhere)
        {
            answer = answer with { Result = elsewhere };
        }

        if (answer.Result is { } known)
        {
            _session.Finished[operation.Work] = new FinishedStep(operation.Origin.Label, answer.Keys, known);
            _session.Progress.Report(new StepCached(id));
            return known;
        }

        StepResult result = await _executors.ExecuteAsync(operation, parent, id, _stop.Token);
        await _session.Steps.PutAsync(slot, answer.Keys, result, _stop.Token);
        _session.Finished[operation.Work] = new FinishedStep(operation.Origin.Label, answer.Keys, result);
        if (operation is CopyOperation && answer.Before is { } before && result.Layer is { } layer
            && await LayerComparison.DescribeAsync(_session.Store.Layers, before, layer, _stop.Token) is { } changes)
        {
            _session.Progress.Report(new BuildNote($"changed files: {changes}", id));
        }

        _session.Progress.Report(new StepFinished(id, watch.Elapsed));
        return result;
    }
}
