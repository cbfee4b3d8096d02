using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>Puts the lines between IF and DONE into a tree. Keywords are compared without case.</summary>
internal sealed class ConditionalReader
{
    /// <summary>Deeper conditionals are refused, so that whoever walks the tree need not fear for the stack.</summary>
    private const int MaximumDepth = 50;

    public static readonly string[] Keywords = ["IF", "ELSE", "DONE", "ENDIF"];

    private readonly List<Diagnostic> _diagnostics;
    private readonly Stack<Frame> _open = new();
    private readonly List<Node> _top = [];

    public ConditionalReader(List<Diagnostic> diagnostics) => _diagnostics = diagnostics;

    public void Add(Node node) => Target.Add(node);

    public void AddKeyword(InstructionSyntax syntax)
    {
        switch (syntax.Name)
        {
            case "IF":
                if (_open.Count == MaximumDepth)
                {
                    Report("nested-too-deeply", $"conditionals nest more than {MaximumDepth} deep", syntax);
                }

                _open.Push(new Frame(syntax, syntax, ReadCondition(syntax, skip: 0)));
                break;
            case "ELSE":
                Else(syntax);
                break;
            default:
                Done(syntax);
                break;
        }
    }

    /// <summary>The tree; an IF that is still open is reported and closed.</summary>
    public IReadOnlyList<Node> Finish()
    {
        while (_open.TryPeek(out Frame? frame))
        {
            Report("missing-done", "this IF has no DONE", frame.If, "add a line DONE after the last instruction of the conditional");
            Close(frame.If.Span);
        }

        return _top;
    }

    private List<Node> Target => _open.TryPeek(out Frame? frame) ? frame.Nodes : _top;

    private void Else(InstructionSyntax syntax)
    {
        if (!_open.TryPeek(out Frame? frame))
        {
            Report("stray-else", "ELSE without an IF", syntax, "an IF was expected above; or remove this line");
            return;
        }

        if (frame.InElse)
        {
            Report("stray-else", $"this conditional already has its ELSE; DONE was expected", syntax);
        }

        string arguments = syntax.Arguments.Text;
        bool isElseIf = arguments.Length >= 2 && arguments.StartsWith("if", StringComparison.OrdinalIgnoreCase)
            && (arguments.Length == 2 || !(char.IsLetterOrDigit(arguments[2]) || arguments[2] == '_'));
        if (!isElseIf && arguments.Length > 0)
        {
            Report("bad-else", $"ELSE takes nothing but IF and a condition, not \"{arguments}\"", syntax, "put the instruction on a line of its own");
        }

        frame.Next(syntax, isElseIf ? ReadCondition(syntax, skip: 2) : null);
    }

    private void Done(InstructionSyntax syntax)
    {
        if (syntax.Arguments.Text.Length > 0)
        {
            Report("bad-done", $"{syntax.Name} takes no arguments, not \"{syntax.Arguments}\"", syntax);
        }

        if (_open.Count == 0)
        {
            Report("stray-done", $"{syntax.Keyword} without an IF", syntax, "an IF was expected above; or remove this line");
            return;
        }

        Close(syntax.Span);
    }

    private void Close(TextSpan end)
    {
        Frame frame = _open.Pop();
        if (_open.Count < MaximumDepth)
        {
            Target.Add(frame.ToNode(TextSpan.FromBounds(frame.If.Span.Start, end.End)));
        }
    }

    private ConditionExpression? ReadCondition(InstructionSyntax syntax, int skip)
    {
        // "IF --x" is a condition like any other: what looks like a flag belongs to it.
        string text = syntax.Arguments.Text[skip..];
        try
        {
            return syntax.Flags.Count == 0
                ? ConditionExpression.Parse(text, syntax.EscapeCharacter)
                : throw new ConditionException($"a condition cannot start with {syntax.Flags[0]}; quote it");
        }
        catch (ConditionException mistake)
        {
            int start = Math.Min(skip + mistake.Start, syntax.Arguments.Text.Length);
            int end = Math.Min(start + mistake.Length, syntax.Arguments.Text.Length);
            TextSpan span = mistake.Length == 0 ? syntax.Span : syntax.WordInArguments(start, end).Span;
            _diagnostics.Add(new Diagnostic(Severity.Error, "bad-condition", mistake.Message, syntax.Source, span));
            return null;
        }
    }

    private void Report(string code, string message, InstructionSyntax syntax, string? help = null) =>
        _diagnostics.Add(new Diagnostic(Severity.Error, code, message, syntax.Source, syntax.Span, help));

    /// <summary>An IF that was not closed yet.</summary>
    private sealed class Frame(InstructionSyntax @if, InstructionSyntax head, ConditionExpression? condition)
    {
        private readonly List<IfBranch> _branches = [];
        private InstructionSyntax _head = head;
        private ConditionExpression? _condition = condition;

        public InstructionSyntax If { get; } = @if;

        public List<Node> Nodes { get; private set; } = [];

        public bool InElse { get; private set; }

        /// <summary>Ends a branch and starts the next one; a null condition is ELSE (or a condition that was reported).</summary>
        public void Next(InstructionSyntax head, ConditionExpression? condition)
        {
            EndBranch();
            (_head, _condition, Nodes) = (head, condition, []);
            InElse = head.Name == "ELSE" && head.Arguments.Text.Length == 0;
        }

        public IfNode ToNode(TextSpan span)
        {
            if (!InElse)
            {
                EndBranch();
            }

            return new IfNode(_branches, InElse ? Nodes : [], span);
        }

        private void EndBranch() =>
            _branches.Add(new IfBranch(_head, _condition ?? new WordCondition(new ConditionOperand("false", 0, '\\')), Nodes));
    }
}
