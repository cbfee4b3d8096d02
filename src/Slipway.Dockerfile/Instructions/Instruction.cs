using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>
/// One instruction with its parts told apart. Words are as they were written: quotes, escapes and variables are still in them,
/// to be given to a <see cref="WordExpander"/> where the language expands them.
/// </summary>
public abstract record Instruction(InstructionSyntax Syntax) : Node
{
    public override TextSpan Span => Syntax.Span;

    /// <summary>The name in upper case, such as <c>RUN</c>.</summary>
    public string Name => Syntax.Name;

    /// <summary>The instruction as one line: continuations joined, comments dropped, heredoc bodies left out. What histories and progress show.</summary>
    public string Text => Syntax.Text;

    /// <summary>The file it stands in; spans are offsets into it.</summary>
    public SourceText Source => Syntax.Source;

    /// <summary>The first line, counted from 1.</summary>
    public int StartLine => Syntax.StartLine;

    /// <summary>The last line, heredocs included, counted from 1.</summary>
    public int EndLine => Syntax.EndLine;

    public sealed override string ToString() => Text;
}
