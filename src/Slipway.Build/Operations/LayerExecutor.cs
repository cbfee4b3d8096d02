using Slipway.Build.Cache;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;

namespace Slipway.Build.Operations;

/// <summary>Carries out <see cref="LayerOperation"/>: the source fetches while others work, then streams its entries into a layer.</summary>
internal sealed class LayerExecutor(BuildSession session)
{
    public static StepKey Key(LayerOperation operation, FileSystemState parent, string slot, KeyBuilder key)
    {
        operation.Describe(key);
        return new StepKey(slot, key.Add("parent", operation.Source.ReadsParent ? parent.Chain.ToString() : null), null);
    }

    public async Task<StepResult> ExecuteAsync(LayerOperation operation, FileSystemState parent, CancellationToken cancellationToken)
    {
        await operation.Origin.LocateAsync(() => session.Slots.WithoutPlaceAsync(async () =>
        {
            await operation.Source.PrepareAsync(cancellationToken);
            return true;
        }));
        IFileTree below = operation.Source.ReadsParent ? await session.TreeAsync(parent, cancellationToken) : EmptyTree.Instance;
        await using LayerWriter writer = session.Store.Layers.CreateWriter(session.LayerOptions);
        await operation.Origin.LocateAsync(async () =>
        {
            await operation.Source.WriteAsync(writer, below, cancellationToken);
            return true;
        });
        Layer layer = await writer.CompleteAsync(cancellationToken);
        return new StepResult(layer.DiffId);
    }
}
