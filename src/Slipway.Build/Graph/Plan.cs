using System.Collections.Immutable;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Build.Graph;

/// <summary>What will be built: the target's file system and configuration, and how it came to be decided. Immutable.</summary>
public sealed record Plan
{
    public required PlannedStage Target { get; init; }

    /// <summary>The stages that the target needs, it included, in the order of the recipe.</summary>
    public required ImmutableArray<PlannedStage> Stages { get; init; }

    /// <summary>What each IF of the recipe came to, for --explain.</summary>
    public required ImmutableArray<PlannedDecision> Decisions { get; init; }

    public required ImmutableArray<Diagnostic> Warnings { get; init; }

    /// <summary>Base images that are needed and not here while the network is forbidden; such a plan cannot be carried out.</summary>
    public ImmutableArray<Diagnostic> Missing { get; init; } = [];

    /// <summary>All operations that the target needs, each definition once, in no order.</summary>
    public IEnumerable<Operation> Operations()
    {
        HashSet<Foundation.Hashing.Digest> seen = [];
        var pending = new Stack<Operation>([Target.FileSystem]);
        while (pending.TryPop(out Operation? operation))
        {
            if (seen.Add(operation.Definition))
            {
                yield return operation;
                foreach (Operation input in operation.Inputs)
                {
                    pending.Push(input);
                }
            }
        }
    }
}

/// <summary>One stage, all variables expanded.</summary>
/// <param name="Name">Its name in lower case, or its number.</param>
/// <param name="Index">Its place in the recipe, counted from 0.</param>
/// <param name="FileSystem">The operation that makes its last layer.</param>
/// <param name="Config">The image configuration; its root file system and history are filled in when the layers are known.</param>
/// <param name="History">One entry per instruction, base image included only through its own history.</param>
public sealed record PlannedStage(
    string Name,
    int Index,
    Operation FileSystem,
    ImageConfig Config,
    ImmutableArray<PlannedHistory> History);

/// <summary>One line of history: what was done, and by which operation (null when only the configuration changed).</summary>
public sealed record PlannedHistory(string CreatedBy, Operation? Operation);

/// <summary>What an IF came to.</summary>
/// <param name="Line">The line of the IF, ELSE IF or ELSE that was taken, or of the IF when none was.</param>
/// <param name="Text">The condition as written, with the values it saw, and the result.</param>
public sealed record PlannedDecision(int Line, string Text);
