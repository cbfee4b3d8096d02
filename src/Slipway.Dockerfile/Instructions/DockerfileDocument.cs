using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>A Dockerfile as instructions. Parsing never throws for what is written in the file; it gathers diagnostics.</summary>
public sealed class DockerfileDocument
{
    private DockerfileDocument(DockerfileSyntax syntax, IReadOnlyList<Node> nodes, IEnumerable<Diagnostic> diagnostics)
    {
        Syntax = syntax;
        Nodes = nodes;
        Diagnostics = [.. diagnostics.OrderBy(d => d.Span.Start)];
    }

    public DockerfileSyntax Syntax { get; }

    public SourceText Source => Syntax.Source;

    /// <summary>Backslash, or the backtick of <c># escape=</c>.</summary>
    public char EscapeCharacter => Syntax.EscapeCharacter;

    /// <summary>Global arguments, FROMs, other instructions and conditionals in the order of the file.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>What is wrong, in the order of the text.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    public static DockerfileDocument Parse(SourceText source)
    {
        DockerfileSyntax syntax = DockerfileSyntax.Parse(source);
        var diagnostics = new List<Diagnostic>(syntax.Diagnostics);
        var tree = new ConditionalReader(diagnostics);
        bool hasStage = false;
        foreach (InstructionSyntax instruction in syntax.Instructions)
        {
            if (ConditionalReader.Keywords.Contains(instruction.Name))
            {
                tree.AddKeyword(instruction);
                continue;
            }

            hasStage |= instruction.Name == "FROM";
            if (Read(instruction, hasStage, diagnostics) is { } node)
            {
                tree.Add(node);
            }
        }

        return new DockerfileDocument(syntax, tree.Finish(), diagnostics);
    }

    /// <exception cref="DiagnosticException">The file has errors; the exception holds all of them.</exception>
    public DockerfileDocument ThrowIfErrors() =>
        Diagnostics.Any(d => d.Severity == Severity.Error) ? throw new DiagnosticException(Diagnostics) : this;

    /// <summary>
    /// Gives the global arguments their values, decides the conditionals that choose stages, and groups the rest into stages.
    /// Conditionals inside a stage stay in its body: they are decided in order, from the stage's own arguments and environment.
    /// </summary>
    /// <param name="buildArguments">What the user gave with <c>--build-arg</c>.</param>
    /// <param name="platformArguments">TARGETPLATFORM, BUILDOS and so on.</param>
    /// <exception cref="DiagnosticException">A variable is required but unset, a condition cannot be evaluated, or there is no stage.</exception>
    public ResolvedDockerfile Resolve(
        IReadOnlyDictionary<string, string> buildArguments,
        IReadOnlyDictionary<string, string> platformArguments) =>
        new DockerfileResolver(this, buildArguments, platformArguments).Resolve();

    /// <summary>Every instruction of the file in order, those of all branches included.</summary>
    public IEnumerable<Instruction> AllInstructions() => Node.Flatten(Nodes);

    /// <summary>The print of the file: the same text that was parsed.</summary>
    public override string ToString() => Syntax.ToString();

    private static Instruction? Read(InstructionSyntax syntax, bool hasStage, List<Diagnostic> diagnostics)
    {
        try
        {
            Instruction instruction = InstructionReader.Read(syntax);
            if (!hasStage && instruction is not ArgInstruction)
            {
                throw new InstructionException(
                    "no-stage", $"no build stage in current context: {syntax.Name} stands before the first FROM", syntax.Span, "start with FROM; only ARG may stand before it");
            }

            return instruction;
        }
        catch (InstructionException mistake)
        {
            diagnostics.Add(mistake.ToDiagnostic(syntax));
            return null;
        }
    }
}
