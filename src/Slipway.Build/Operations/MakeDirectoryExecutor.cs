using Slipway.Build.Cache;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Sandbox.Users;

namespace Slipway.Build.Operations;

/// <summary>Carries out WORKDIR: a layer of directories, or none when the directory is there.</summary>
internal sealed class MakeDirectoryExecutor(BuildSession session)
{
    public static StepKey Key(MakeDirectoryOperation operation, FileSystemState parent, string slot, KeyBuilder key)
    {
        operation.Describe(key);
        return new StepKey(slot, key.Add("parent", parent.Chain.ToString()), null);
    }

    public async Task<StepResult> ExecuteAsync(MakeDirectoryOperation operation, FileSystemState parent, CancellationToken cancellationToken)
    {
        SnapshotTree below = await session.TreeAsync(parent, cancellationToken);
        Ownership owner = await Owners.OfUserAsync(operation.User, below, operation.Origin, cancellationToken);
        var layout = new CopyLayout(below, owner, null);
        string path = await layout.ResolveAsync(operation.Path, cancellationToken);
        if (await layout.IsDirectoryAsync(path, cancellationToken))
        {
            return new StepResult(null);
        }

        try
        {
            await layout.EnsureDirectoryAsync(path, cancellationToken);
        }
        catch (IOException e)
        {
            throw operation.Origin.Error("workdir-in-the-way", $"cannot make the directory {operation.Path}: {e.Message}", "choose another directory, or remove what is there first");
        }

        Layer layer = await LayoutWriter.WriteAsync(session.Store.Layers, layout.Finish(), session.LayerOptions, cancellationToken);
        return new StepResult(layer.DiffId);
    }
}
