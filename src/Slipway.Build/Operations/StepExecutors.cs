using Slipway.Build.Cache;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;

namespace Slipway.Build.Operations;

/// <summary>Finds the executor of an operation.</summary>
internal sealed class StepExecutors(BuildSession session, Func<Operation, Task<FileSystemState>> results)
{
    /// <summary>Part of every key: goes up when the same recipe would give other bytes than before.</summary>
    private const string RulesVersion = "1";

    private readonly CopyExecutor _copy = new(session, results);
    private readonly RunExecutor _run = new(session, results);
    private readonly MakeDirectoryExecutor _directory = new(session);
    private readonly LayerExecutor _layer = new(session);

    public Task<StepKey> KeyAsync(Operation operation, FileSystemState parent, string slot, StepId step, CancellationToken cancellationToken)
    {
        KeyBuilder start = new KeyBuilder()
            .Add("rules", RulesVersion)
            .Add("timestamp", session.Settings.Timestamp.ToString())
            .Add("operation", operation.GetType().Name);
        return operation switch
        {
            CopyOperation copy => _copy.KeyAsync(copy, parent, slot, start, step, cancellationToken),
            RunOperation run => _run.KeyAsync(run, parent, slot, start, cancellationToken),
            MakeDirectoryOperation directory => Task.FromResult(MakeDirectoryExecutor.Key(directory, parent, slot, start)),
            LayerOperation layer => Task.FromResult(LayerExecutor.Key(layer, parent, slot, start)),
            _ => throw new InvalidOperationException($"{operation.GetType().Name} has no key."),
        };
    }

    public Task<StepResult> ExecuteAsync(Operation operation, FileSystemState parent, StepId step, CancellationToken cancellationToken) => operation switch
    {
        CopyOperation copy => _copy.ExecuteAsync(copy, parent, step, cancellationToken),
        RunOperation run => _run.ExecuteAsync(run, parent, step, cancellationToken),
        MakeDirectoryOperation directory => _directory.ExecuteAsync(directory, parent, cancellationToken),
        LayerOperation layer => _layer.ExecuteAsync(layer, parent, cancellationToken),
        _ => throw new InvalidOperationException($"{operation.GetType().Name} cannot be carried out."),
    };
}
