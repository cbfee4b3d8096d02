using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

public enum LineKind
{
    /// <summary>Nothing but white space.</summary>
    Blank,

    /// <summary>Starts with <c>#</c>; may stand between the lines of an instruction.</summary>
    Comment,

    /// <summary>A parser directive at the top.</summary>
    Directive,

    /// <summary>The first line of an instruction.</summary>
    Instruction,

    /// <summary>A further line of an instruction.</summary>
    Continuation,

    /// <summary>A line of a heredoc's body.</summary>
    HeredocText,

    /// <summary>The line that ends a heredoc.</summary>
    HeredocEnd,
}

/// <summary>A physical line, its line end included: all of them together are the file.</summary>
public readonly record struct SyntaxLine(LineKind Kind, TextSpan Span);
