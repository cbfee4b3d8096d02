using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>A Dockerfile cut into pieces that, put together, are the very same text.</summary>
public sealed class DockerfileSyntax
{
    internal DockerfileSyntax(SourceText source, SyntaxReader reader)
    {
        Source = source;
        EscapeCharacter = reader.EscapeCharacter;
        Directives = reader.Directives;
        Lines = reader.Lines;
        Instructions = reader.Instructions;
        Diagnostics = reader.Diagnostics;
    }

    public SourceText Source { get; }

    /// <summary>Backslash, or what <c># escape=</c> says.</summary>
    public char EscapeCharacter { get; }

    public IReadOnlyList<Directive> Directives { get; }

    /// <summary>Every line of the file with what it is.</summary>
    public IReadOnlyList<SyntaxLine> Lines { get; }

    public IReadOnlyList<InstructionSyntax> Instructions { get; }

    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    public static DockerfileSyntax Parse(SourceText source)
    {
        var reader = new SyntaxReader(source);
        reader.Read();
        return new DockerfileSyntax(source, reader);
    }

    /// <summary>Prints the file: the same text that was parsed.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Source.Text.Length);
        foreach (SyntaxLine line in Lines)
        {
            text.Append(Source.Text, line.Span.Start, line.Span.Length);
        }

        return text.ToString();
    }
}
