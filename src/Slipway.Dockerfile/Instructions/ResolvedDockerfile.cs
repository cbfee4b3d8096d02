namespace Slipway.Dockerfile;

/// <summary>A Dockerfile after its global part was evaluated.</summary>
public sealed class ResolvedDockerfile
{
    private readonly IReadOnlyDictionary<string, string> _values;

    internal ResolvedDockerfile(
        IReadOnlyList<GlobalArgument> globalArguments,
        IReadOnlyList<Stage> stages,
        IReadOnlyList<BranchDecision> decisions,
        IReadOnlyDictionary<string, string> values)
    {
        GlobalArguments = globalArguments;
        Stages = stages;
        Decisions = decisions;
        _values = values;
    }

    /// <summary>In order; a later one of the same name wins.</summary>
    public IReadOnlyList<GlobalArgument> GlobalArguments { get; }

    /// <summary>At least one, in order; the index is the place in this list.</summary>
    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>What conditionals around stages came to.</summary>
    public IReadOnlyList<BranchDecision> Decisions { get; }

    /// <summary>The names that have a value in FROM: set global arguments and platform arguments.</summary>
    public IEnumerable<string> GlobalNames => _values.Keys;

    /// <summary>The value of a global or platform argument, for FROM and for an ARG in a stage that imports it; null when unset.</summary>
    public string? LookupGlobal(string name) => _values.GetValueOrDefault(name);
}

/// <param name="Name">The argument.</param>
/// <param name="Value">The build argument, else the expanded default, else null.</param>
/// <param name="Instruction">The ARG it stands in.</param>
/// <param name="Declaration">Where it was declared.</param>
public sealed record GlobalArgument(string Name, string? Value, ArgInstruction Instruction, ArgDeclaration Declaration);

/// <param name="Index">Counted from 0 over all stages that are left.</param>
/// <param name="From">Its FROM.</param>
/// <param name="Body">Instructions and conditionals, without the FROM.</param>
public sealed record Stage(int Index, FromInstruction From, IReadOnlyList<Node> Body)
{
    /// <summary>The name after AS in lower case, or null.</summary>
    public string? Name => From.StageName;
}
