using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>Cuts a Dockerfile into lines, directives and instructions. One pass, from top to bottom.</summary>
internal sealed class SyntaxReader(SourceText source)
{
    /// <summary>A physical line of this many bytes or more is refused, as BuildKit does.</summary>
    private const int MaximumLineBytes = 64 * 1024;

    private readonly string _text = source.Text;
    private readonly List<string> _comments = [];
    private bool _directivesDone;
    private int _next = 1;

    public char EscapeCharacter { get; private set; } = '\\';

    public List<Directive> Directives { get; } = [];

    public List<SyntaxLine> Lines { get; } = [];

    public List<InstructionSyntax> Instructions { get; } = [];

    public List<Diagnostic> Diagnostics { get; } = [];

    private bool AtEnd => _next > source.LineCount || source.LineStart(_next) == _text.Length;

    public void Read()
    {
        while (!AtEnd)
        {
            ReadPiece();
        }

        if (Instructions.Count == 0 && Diagnostics.Count == 0)
        {
            Report("empty-file", "the file has no instructions; at least a FROM was expected", new TextSpan(0, 0));
        }
    }

    private void ReadPiece()
    {
        (int start, int end) = PeekLine();
        if (_next == 1 && end > start && _text[start] == '\uFEFF')
        {
            start++;
        }

        start = SkipSpace(start, end);
        if (start < end && _text[start] == '#')
        {
            ReadComment(start, end);
            return;
        }

        _directivesDone = true;
        if (start == end)
        {
            _comments.Clear();
            Take(LineKind.Blank);
            return;
        }

        ReadInstruction(start, end);
    }

    private void ReadComment(int start, int end)
    {
        Directive? directive = _directivesDone ? null : Directive.Read(_text[start..end], "#", _next, start);
        if (directive is null)
        {
            _directivesDone = true;
            AddComment(_text[(start + 1)..end].Trim());
            Take(LineKind.Comment);
            return;
        }

        Take(LineKind.Directive);
        if (Directives.Any(d => d.Name == directive.Name))
        {
            Report("repeated-directive", $"only one {directive.Name} parser directive can be used", directive.Span);
            return;
        }

        Directives.Add(directive);
        if (directive.Name == "escape")
        {
            SetEscape(directive);
        }
    }

    private void AddComment(string comment)
    {
        if (comment.Length == 0)
        {
            _comments.Clear(); // "#" alone parts what is above from what is below
        }
        else
        {
            _comments.Add(comment);
        }
    }

    private void SetEscape(Directive directive)
    {
        if (directive.Value is "\\" or "`")
        {
            EscapeCharacter = directive.Value[0];
            return;
        }

        Report("invalid-escape", $"invalid escape token '{directive.Value}' does not match ` or \\", directive.Span);
    }

    private void ReadInstruction(int start, int end)
    {
        int firstLine = _next;
        var line = new LogicalLine();
        bool hasBlank = false;
        LineKind kind = LineKind.Instruction;
        while (true)
        {
            (int stop, bool goesOn) = CutContinuation(start, end);
            line.Append(_text, start, stop);
            Take(kind);
            if (!goesOn)
            {
                break;
            }

            hasBlank |= SkipBetweenLines();
            if (AtEnd)
            {
                break;
            }

            (start, end) = PeekLine();
            kind = LineKind.Continuation;
        }

        Add(line, firstLine, hasBlank);
    }

    /// <summary>Passes over comments and blank lines inside an instruction; true when there was a blank one.</summary>
    private bool SkipBetweenLines()
    {
        bool hasBlank = false;
        while (!AtEnd)
        {
            (int start, int end) = PeekLine();
            start = SkipSpace(start, end);
            if (start < end && _text[start] != '#')
            {
                break;
            }

            hasBlank |= start == end;
            Take(start == end ? LineKind.Blank : LineKind.Comment);
        }

        return hasBlank;
    }

    private void Add(LogicalLine line, int firstLine, bool hasBlank)
    {
        if (line.Text.AsSpan().IsWhiteSpace())
        {
            Report("empty-instruction", "a line continuation with no instruction; an instruction was expected", line.Map(0, 0));
            return;
        }

        var heredocs = new List<Heredoc>();
        var instruction = new InstructionSyntax(source, EscapeCharacter, line, 0, heredocs, [.. _comments], firstLine, _next - 1, hasBlank);
        _comments.Clear();
        if (instruction.TakesHeredocs)
        {
            ReadHeredocs(instruction, heredocs);
            instruction.EndLine = _next - 1;
        }

        Instructions.Add(instruction);
    }

    private void ReadHeredocs(InstructionSyntax instruction, List<Heredoc> heredocs)
    {
        IReadOnlyList<HeredocWord> words;
        try
        {
            words = HeredocWord.FindAll(instruction.Text);
        }
        catch (ExpansionException mistake)
        {
            Report("bad-heredoc", $"the heredoc's delimiter cannot be read: {mistake.Message}", instruction.Arguments.Span);
            return;
        }

        foreach (HeredocWord word in words)
        {
            heredocs.Add(ReadBody(instruction, word));
        }
    }

    private Heredoc ReadBody(InstructionSyntax instruction, HeredocWord word)
    {
        int bodyStart = AtEnd ? _text.Length : source.LineStart(_next);
        var content = new StringBuilder();
        while (!AtEnd)
        {
            (int start, int end) = PeekLine();
            ReadOnlySpan<char> line = _text.AsSpan(start, end - start);
            if ((word.Chomp ? line.TrimStart('\t') : line).SequenceEqual(word.Name))
            {
                Take(LineKind.HeredocEnd);
                return word.With(content.ToString(), TextSpan.FromBounds(bodyStart, end));
            }

            content.Append(_text, start, NextLineStart() - start);
            Take(LineKind.HeredocText);
        }

        Report(
            "unterminated-heredoc",
            $"unterminated heredoc: a line that is exactly {word.Name} was expected before the end of the file",
            instruction.Arguments.Span);
        return word.With(content.ToString(), TextSpan.FromBounds(bodyStart, _text.Length));
    }

    private (int Stop, bool GoesOn) CutContinuation(int start, int end)
    {
        int last = end - 1;
        while (last >= start && _text[last] is ' ' or '\t')
        {
            last--;
        }

        // An escape character that is itself escaped ends the line: "C:\dir\\"
        bool goesOn = last >= start && _text[last] == EscapeCharacter && (last == start || _text[last - 1] != EscapeCharacter);
        return goesOn ? (last, true) : (end, false);
    }

    private (int Start, int End) PeekLine()
    {
        int start = source.LineStart(_next);
        return (start, start + source.Line(_next).Length);
    }

    private int NextLineStart() => _next < source.LineCount ? source.LineStart(_next + 1) : _text.Length;

    private void Take(LineKind kind)
    {
        int start = source.LineStart(_next);
        var span = TextSpan.FromBounds(start, NextLineStart());
        if (span.Length > MaximumLineBytes / 3 && Encoding.UTF8.GetByteCount(source.Line(_next)) >= MaximumLineBytes)
        {
            Report("line-too-long", $"line greater than max allowed size of {MaximumLineBytes - 1} bytes", span);
        }

        Lines.Add(new SyntaxLine(kind, span));
        _next++;
    }

    private int SkipSpace(int start, int end)
    {
        while (start < end && char.IsWhiteSpace(_text[start]))
        {
            start++;
        }

        return start;
    }

    private void Report(string code, string message, TextSpan span) =>
        Diagnostics.Add(new Diagnostic(Severity.Error, code, message, source, span));
}
