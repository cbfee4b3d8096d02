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
    /// <summary>Builds one image and lists it in the store, without a name.</summary>
    /// <param name="plan">What to build.</param>
    /// <param name="recipe">The recipe's path; names the steps across builds.</param>
    /// <param name="cancellationToken">Stops the build: running commands are killed and nothing half-made is left.</param>
    /// <exception cref="Foundation.Text.DiagnosticException">A step failed.</exception>
    public async Task<StoredImage> BuildAsync(Plan plan, string recipe, CancellationToken cancellationToken)
    {
        BuiltImage built = await BuildAsync([plan], recipe, cancellationToken);
        await session.Store.AddAsync(built.Target, cancellationToken);
        return built.Images[0];
    }

    /// <summary>Builds the same recipe for several platforms; steps that are the same for all are done once. The image is in the store but not listed.</summary>
    /// <param name="plans">One for each platform; at least one.</param>
    /// <param name="recipe">The recipe's path; names the steps across builds.</param>
    /// <param name="cancellationToken">Stops the build: running commands are killed and nothing half-made is left.</param>
    /// <exception cref="Foundation.Text.DiagnosticException">A step failed.</exception>
    public async Task<BuiltImage> BuildAsync(IReadOnlyList<Plan> plans, string recipe, CancellationToken cancellationToken)
    {
        session.Progress.Report(new BuildPlanned(CountSteps(plans)));
        for (; ; )
        {
            try
            {
                return await BuildOnceAsync(plans, recipe, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException && session.Steps.TakeBackLost())
            {
                // A shared cache promised a layer that it then did not give. Each time there is one promise less, so this ends.
                session.SharedCaches.Warn("damaged-cache", $"a layer could not be had from a cache and is made here: {Reason(e)}");
                session.ForgetTrees();
            }
        }
    }

    private async Task<BuiltImage> BuildOnceAsync(IReadOnlyList<Plan> plans, string recipe, CancellationToken cancellationToken)
    {
        using var scheduler = new Scheduler(session, recipe, cancellationToken);
        try
        {
            FileSystemState[] states = await Task.WhenAll(plans.Select(plan => scheduler.ResultAsync(plan.Target.FileSystem)));
            List<StoredImage> images = [];
            foreach ((Plan plan, FileSystemState state) in plans.Zip(states))
            {
                ImageConfig config = await WithLayersAsync(plan.Target, state, scheduler);
                IReadOnlyList<Descriptor> layers = await DescriptorsAsync(plan.Target.FileSystem, state, cancellationToken);
                images.Add(await session.Store.WriteImageAsync(config, layers, cancellationToken));
            }

            return await BuiltImage.OfAsync(session.Store, images, cancellationToken);
        }
        finally
        {
            await scheduler.SettleAsync();
            foreach (Contexts.IBuildContext context in session.Contexts.Values)
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

    private static int CountSteps(IReadOnlyList<Plan> plans) =>
        plans.SelectMany(plan => plan.Operations()).Where(operation => operation is not (ImageOperation or ScratchOperation)).DistinctBy(operation => operation.Work).Count();
}
