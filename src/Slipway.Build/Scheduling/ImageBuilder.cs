using System.Collections.Immutable;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Build.Scheduling;

/// <summary>Carries a plan out and puts the image into the store.</summary>
public sealed class ImageBuilder(BuildSession session)
{
    /// <param name="plan">What to build.</param>
    /// <param name="recipe">The recipe's path; names the steps across builds.</param>
    /// <param name="cancellationToken">Stops the build: running commands are killed and nothing half-made is left.</param>
    /// <exception cref="Foundation.Text.DiagnosticException">A step failed.</exception>
    public async Task<StoredImage> BuildAsync(Plan plan, string recipe, CancellationToken cancellationToken)
    {
        session.Progress.Report(new BuildPlanned(CountSteps(plan.Target.FileSystem)));
        for (; ; )
        {
            try
            {
                return await BuildOnceAsync(plan, recipe, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException && session.Steps.TakeBackLost())
            {
                // A shared cache promised a layer that it then did not give. Each time there is one promise less, so this ends.
                session.SharedCaches.Warn("damaged-cache", $"a layer could not be had from a cache and is made here: {Reason(e)}");
                session.ForgetTrees();
            }
        }
    }

    private async Task<StoredImage> BuildOnceAsync(Plan plan, string recipe, CancellationToken cancellationToken)
    {
        using var scheduler = new Scheduler(session, recipe, cancellationToken);
        try
        {
            FileSystemState state = await scheduler.ResultAsync(plan.Target.FileSystem);
            ImageConfig config = await WithLayersAsync(plan.Target, state, scheduler);
            return await session.Store.PutImageAsync(config, await DescriptorsAsync(plan.Target.FileSystem, state, cancellationToken), cancellationToken);
        }
        finally
        {
            await scheduler.SettleAsync();
            foreach (Contexts.LocalContext context in session.Contexts.Values)
            {
                context.SaveStats();
            }
        }
    }

    private static string Reason(Exception e) => e is Foundation.Text.DiagnosticException d ? d.Diagnostics[0].Message : e.Message;

    private async Task<ImageConfig> WithLayersAsync(PlannedStage target, FileSystemState state, Scheduler scheduler)
    {
        DateTimeOffset created = DateTimeOffset.FromUnixTimeSeconds(session.Settings.Timestamp);
        List<HistoryEntry> history = [.. target.Config.History];
        foreach (PlannedHistory planned in target.History)
        {
            history.Add(new HistoryEntry
            {
                Created = created,
                CreatedBy = planned.CreatedBy,
                Comment = "slipway",
                EmptyLayer = planned.Operation is null || !await AddsLayerAsync(planned.Operation, scheduler),
            });
        }

        return target.Config with { Created = created, RootFs = new RootFileSystem { DiffIds = state.Layers }, History = history };
    }

    private static async Task<bool> AddsLayerAsync(Operation operation, Scheduler scheduler) =>
        (await scheduler.ResultAsync(operation)).Layers.Length > (await scheduler.ResultAsync(operation.Parent!)).Layers.Length;

    // Layers of the base are named as its own manifest names them, so that a registry that has them needs nothing sent.
    private async Task<IReadOnlyList<Descriptor>> DescriptorsAsync(Operation last, FileSystemState state, CancellationToken cancellationToken)
    {
        Operation root = last;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        ImmutableArray<Descriptor> based = root is ImageOperation image ? image.Image.Layers : [];
        List<Descriptor> descriptors = [.. based];
        foreach (Digest layer in state.Layers.Skip(based.Length))
        {
            descriptors.Add(await session.Store.Layers.GetTarDescriptorAsync(layer, cancellationToken));
        }

        return descriptors;
    }

    private static int CountSteps(Operation target)
    {
        HashSet<Digest> seen = [];
        var pending = new Stack<Operation>([target]);
        int steps = 0;
        while (pending.TryPop(out Operation? operation))
        {
            if (seen.Add(operation.Definition))
            {
                steps += operation is ImageOperation or ScratchOperation ? 0 : 1;
                foreach (Operation input in operation.Inputs)
                {
                    pending.Push(input);
                }
            }
        }

        return steps;
    }
}
