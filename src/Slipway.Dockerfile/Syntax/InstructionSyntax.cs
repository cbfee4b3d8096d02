using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>One instruction as it stands in the file: keyword, flags, arguments, heredocs. An unknown keyword is kept as well.</summary>
public sealed class InstructionSyntax
{
    private readonly int _argumentsStart;
    private readonly int _argumentsEnd;

    /// <param name="source">The file.</param>
    /// <param name="escapeCharacter">The file's escape character.</param>
    /// <param name="line">The joined lines.</param>
    /// <param name="start">Where the instruction starts in them: not 0 for the trigger of an ONBUILD.</param>
    /// <param name="heredocs">Filled after the line was read, since the bodies follow it.</param>
    /// <param name="comments">The comments directly above.</param>
    /// <param name="startLine">First physical line.</param>
    /// <param name="endLine">Last physical line, so far.</param>
    /// <param name="hasBlankContinuation">A blank line stands between the lines.</param>
    internal InstructionSyntax(
        SourceText source,
        char escapeCharacter,
        LogicalLine line,
        int start,
        IReadOnlyList<Heredoc> heredocs,
        IReadOnlyList<string> comments,
        int startLine,
        int endLine,
        bool hasBlankContinuation)
    {
        Source = source;
        EscapeCharacter = escapeCharacter;
        Line = line;
        Heredocs = heredocs;
        Comments = comments;
        StartLine = startLine;
        EndLine = endLine;
        LastCodeLine = endLine;
        HasBlankContinuation = hasBlankContinuation;

        var split = new InstructionSplitter(line, start);
        Keyword = split.Keyword;
        Flags = split.Flags;
        (_argumentsStart, _argumentsEnd) = (split.ArgumentsStart, split.ArgumentsEnd);
        Arguments = line.WordAt(_argumentsStart, _argumentsEnd);
        Text = line.Text[start..].Trim();
    }

    public SourceText Source { get; }

    /// <summary>Backslash or backtick.</summary>
    public char EscapeCharacter { get; }

    /// <summary>From the keyword to the end of the last line (heredocs included), without its line end.</summary>
    public TextSpan Span => TextSpan.FromBounds(
        Keyword.Span.Start, Source.LineStart(EndLine) + Source.Line(EndLine).Length);

    /// <summary>The keyword as written.</summary>
    public Word Keyword { get; }

    /// <summary>The keyword in upper case.</summary>
    public string Name => Keyword.Text.ToUpperInvariant();

    /// <summary>Words that start with <c>--</c> before the arguments, their quotes taken.</summary>
    public IReadOnlyList<Word> Flags { get; }

    /// <summary>What follows the flags, trimmed.</summary>
    public Word Arguments { get; }

    /// <summary>The whole instruction as one line, heredoc bodies left out.</summary>
    public string Text { get; }

    public IReadOnlyList<Heredoc> Heredocs { get; }

    /// <summary>Comments directly above, without <c>#</c>.</summary>
    public IReadOnlyList<string> Comments { get; }

    /// <summary>The first line, counted from 1.</summary>
    public int StartLine { get; }

    /// <summary>The last line, counted from 1.</summary>
    public int EndLine { get; internal set; }

    /// <summary>The last line before the heredocs, counted from 1.</summary>
    public int LastCodeLine { get; }

    /// <summary>A blank line stands between the instruction's lines, which later versions of the language may refuse.</summary>
    public bool HasBlankContinuation { get; }

    internal LogicalLine Line { get; }

    /// <summary>Only ADD, COPY and RUN have heredocs, by themselves or as triggers, and not in the JSON form.</summary>
    internal bool TakesHeredocs => Name switch
    {
        "ADD" or "COPY" or "RUN" => Text.Contains("<<", StringComparison.Ordinal) && JsonWords.TryRead(Arguments.Text, out _) == JsonForm.None,
        "ONBUILD" => Arguments.Text.Length > 0 && Inner() is { Name: not "ONBUILD", TakesHeredocs: true },
        _ => false,
    };

    /// <summary>The arguments as an instruction of their own: the trigger of an ONBUILD.</summary>
    internal InstructionSyntax Inner() =>
        new(Source, EscapeCharacter, Line, _argumentsStart, Heredocs, [], StartLine, EndLine, hasBlankContinuation: false);

    /// <summary>A stretch of the arguments as a word with its place; offsets count from the start of <see cref="Arguments"/>.</summary>
    internal Word WordInArguments(int start, int end) => Line.WordAt(_argumentsStart + start, _argumentsStart + end);

    public override string ToString() => Text;
}
