using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>One instruction as it stands in the file.</summary>
public sealed class InstructionSyntax
{
    public SourceText Source => throw new NotImplementedException();

    public TextSpan Span => throw new NotImplementedException();

    /// <summary>The keyword as written.</summary>
    public Word Keyword => throw new NotImplementedException();

    /// <summary>The keyword in upper case.</summary>
    public string Name => Keyword.Text.ToUpperInvariant();

    /// <summary>Words that start with <c>--</c> before the arguments, quotes taken.</summary>
    public IReadOnlyList<Word> Flags => throw new NotImplementedException();

    /// <summary>What follows the flags, trimmed.</summary>
    public Word Arguments => throw new NotImplementedException();

    /// <summary>The whole instruction as one line.</summary>
    public string Text => throw new NotImplementedException();

    public IReadOnlyList<Heredoc> Heredocs => throw new NotImplementedException();

    /// <summary>Comments directly above, without <c>#</c>.</summary>
    public IReadOnlyList<string> Comments => throw new NotImplementedException();

    public int StartLine => throw new NotImplementedException();

    public int EndLine => throw new NotImplementedException();
}
