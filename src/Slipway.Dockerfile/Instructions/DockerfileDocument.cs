using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>A Dockerfile as instructions. Parsing never throws for what is written in the file; it gathers diagnostics.</summary>
public sealed class DockerfileDocument
{
    public DockerfileSyntax Syntax => throw new NotImplementedException();

    public SourceText Source => Syntax.Source;

    /// <summary>Backslash, or the backtick of <c># escape=</c>.</summary>
    public char EscapeCharacter => Syntax.EscapeCharacter;

    /// <summary>Global arguments, FROMs, other instructions and conditionals in the order of the file.</summary>
    public IReadOnlyList<Node> Nodes => throw new NotImplementedException();

    /// <summary>What is wrong, in the order of the text.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => throw new NotImplementedException();

    public static DockerfileDocument Parse(SourceText source) => throw new NotImplementedException();

    /// <exception cref="DiagnosticException">The file has errors; the exception holds all of them.</exception>
    public DockerfileDocument ThrowIfErrors() => throw new NotImplementedException();

    /// <summary>
    /// Gives the global arguments their values, decides the conditionals that choose stages, and groups the rest into stages.
    /// Conditionals inside a stage stay in its body: they are decided in order, from the stage's own arguments and environment.
    /// </summary>
    /// <param name="buildArguments">What the user gave with <c>--build-arg</c>.</param>
    /// <param name="platformArguments">TARGETPLATFORM, BUILDOS and so on.</param>
    /// <exception cref="DiagnosticException">A variable is required but unset, a condition cannot be evaluated, or there is no stage.</exception>
    public ResolvedDockerfile Resolve(
        IReadOnlyDictionary<string, string> buildArguments,
        IReadOnlyDictionary<string, string> platformArguments) => throw new NotImplementedException();
}

/// <summary>A Dockerfile after its global part was evaluated.</summary>
/// <param name="GlobalArguments">In order; a later one of the same name wins.</param>
/// <param name="Stages">In order; the index is the place in this list.</param>
/// <param name="Decisions">What conditionals around stages came to.</param>
public sealed record ResolvedDockerfile(
    IReadOnlyList<GlobalArgument> GlobalArguments,
    IReadOnlyList<Stage> Stages,
    IReadOnlyList<BranchDecision> Decisions)
{
    /// <summary>
    /// The value of a global or platform argument, for FROM and for an ARG in a stage that imports it; null when unset.
    /// </summary>
    public string? LookupGlobal(string name) => throw new NotImplementedException();
}

/// <param name="Name">The argument.</param>
/// <param name="Value">The build argument, else the expanded default, else null.</param>
/// <param name="DefaultValue">What it is when no build argument is given.</param>
/// <param name="Declaration">Where it was declared.</param>
public sealed record GlobalArgument(string Name, string? Value, string? DefaultValue, ArgDeclaration Declaration);

/// <param name="Index">Counted from 0 over all stages that are left.</param>
/// <param name="From">Its FROM.</param>
/// <param name="Body">Instructions and conditionals, without the FROM.</param>
public sealed record Stage(int Index, FromInstruction From, IReadOnlyList<Node> Body)
{
    /// <summary>The name after AS in lower case, or null.</summary>
    public string? Name => From.StageName;
}

/// <summary>What one condition came to, for <c>--explain</c>.</summary>
/// <param name="Branch">The IF or ELSE IF; null: ELSE was reached.</param>
/// <param name="Taken">Its nodes are built.</param>
/// <param name="Explanation">The condition with the values it saw.</param>
public sealed record BranchDecision(IfBranch? Branch, bool Taken, string Explanation);
