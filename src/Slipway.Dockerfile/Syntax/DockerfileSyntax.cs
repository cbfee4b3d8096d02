using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>A Dockerfile cut into pieces that, put together, are the very same text.</summary>
public sealed class DockerfileSyntax
{
    public SourceText Source => throw new NotImplementedException();

    public char EscapeCharacter => throw new NotImplementedException();

    public IReadOnlyList<Directive> Directives => throw new NotImplementedException();

    public IReadOnlyList<InstructionSyntax> Instructions => throw new NotImplementedException();

    public IReadOnlyList<Diagnostic> Diagnostics => throw new NotImplementedException();

    public static DockerfileSyntax Parse(SourceText source) => throw new NotImplementedException();
}

/// <summary><c># name=value</c> at the top of the file; the name in lower case.</summary>
public sealed record Directive(string Name, string Value, int Line, TextSpan Span);
