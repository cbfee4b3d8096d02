namespace Slipway.Dockerfile;

/// <summary>Recursive descent over a condition: <c>||</c> binds weakest, then <c>&amp;&amp;</c>, then <c>!</c>.</summary>
internal sealed class ConditionParser(string text, char escapeCharacter)
{
    private const int MaximumDepth = 100;

    /// <summary>Bounds the depth of everything that walks the tree; no condition a person writes comes near it.</summary>
    private const int MaximumLength = 4096;

    private static readonly string[] Operators = ["==", "!=", "=~", "&&", "||"];
    private int _position;
    private int _depth;

    public ConditionExpression Parse()
    {
        if (text.AsSpan().IsWhiteSpace())
        {
            throw new ConditionException("IF needs a condition, such as ${NAME} == \"value\"");
        }

        if (text.Length > MaximumLength)
        {
            throw new ConditionException($"the condition is longer than {MaximumLength} characters");
        }

        ConditionExpression condition = ParseOr();
        return AtEnd ? condition : throw Expected("&&, || or the end of the condition");
    }

    private bool AtEnd
    {
        get
        {
            while (_position < text.Length && char.IsWhiteSpace(text[_position]))
            {
                _position++;
            }

            return _position == text.Length;
        }
    }

    private ConditionExpression ParseOr()
    {
        ConditionExpression left = ParseAnd();
        while (TryTake("||"))
        {
            left = new OrCondition(left, ParseAnd());
        }

        return left;
    }

    private ConditionExpression ParseAnd()
    {
        ConditionExpression left = ParseUnary();
        while (TryTake("&&"))
        {
            left = new AndCondition(left, ParseUnary());
        }

        return left;
    }

    private ConditionExpression ParseUnary()
    {
        if (++_depth > MaximumDepth)
        {
            throw new ConditionException("the condition is nested too deeply", _position, 1);
        }

        ConditionExpression result = !StartsWith("!=") && TryTake("!") ? new NotCondition(ParseUnary()) : ParsePrimary();
        _depth--;
        return result;
    }

    private ConditionExpression ParsePrimary()
    {
        int open = _position;
        if (TryTake("("))
        {
            ConditionExpression inner = ParseOr();
            return TryTake(")") ? inner : throw new ConditionException("this parenthesis is not closed; ) was expected", open, 1);
        }

        return TryDefined() ?? ParseComparison();
    }

    private DefinedCondition? TryDefined()
    {
        if (AtEnd || !text.AsSpan(_position).StartsWith("defined(", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        _position += "defined(".Length;
        _ = AtEnd;
        int start = _position;
        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] == '_'))
        {
            _position++;
        }

        string name = text[start.._position];
        return name.Length > 0 && TryTake(")") ? new DefinedCondition(name) : throw Expected("the name of a variable and ) after defined(");
    }

    private ConditionExpression ParseComparison()
    {
        ConditionOperand left = ReadOperand("a word, such as ${NAME}");
        if (TryTake("=="))
        {
            return new EqualityCondition(left, ReadOperand("a word after =="), IsNegated: false);
        }

        if (TryTake("!="))
        {
            return new EqualityCondition(left, ReadOperand("a word after !="), IsNegated: true);
        }

        if (!TryTake("=~"))
        {
            return new WordCondition(left);
        }

        var match = new MatchCondition(left, ReadPattern());
        if (!match.Pattern.Text.Contains('$', StringComparison.Ordinal))
        {
            match.Evaluate(_ => ""); // a pattern without variables can be checked at once
        }

        return match;
    }

    private ConditionOperand ReadOperand(string expected)
    {
        _ = AtEnd;
        int start = _position;
        while (_position < text.Length && !IsEnd())
        {
            Advance();
        }

        return _position > start ? new ConditionOperand(text[start.._position], start, escapeCharacter) : throw Expected(expected);
    }

    /// <summary>A pattern may hold parentheses and single bars; it ends at white space, at <c>&amp;&amp;</c> and <c>||</c>, or at a closing parenthesis that is not its own.</summary>
    private ConditionOperand ReadPattern()
    {
        _ = AtEnd;
        int start = _position;
        int open = 0;
        while (_position < text.Length && !(open == 0 && (char.IsWhiteSpace(text[_position]) || text[_position] == ')' || StartsWith("&&") || StartsWith("||"))))
        {
            open += text[_position] == '(' ? 1 : text[_position] == ')' ? -1 : 0;
            Advance();
        }

        return _position > start ? new ConditionOperand(text[start.._position], start, escapeCharacter) : throw Expected("a regular expression after =~");
    }

    private bool IsEnd() => char.IsWhiteSpace(text[_position]) || text[_position] is '(' or ')' || Operators.Any(StartsWith);

    /// <summary>Passes over a character, an escaped one, a quoted stretch or a braced variable.</summary>
    private void Advance()
    {
        char c = text[_position];
        if (c == escapeCharacter)
        {
            _position = Math.Min(_position + 2, text.Length);
        }
        else if (c is '"' or '\'')
        {
            SkipQuoted(c);
        }
        else if (c == '$' && _position + 1 < text.Length && text[_position + 1] == '{')
        {
            SkipBraces();
        }
        else
        {
            _position++;
        }
    }

    private void SkipQuoted(char quote)
    {
        int start = _position++;
        while (_position < text.Length && text[_position] != quote)
        {
            _position += text[_position] == escapeCharacter && quote == '"' ? 2 : 1;
        }

        if (_position >= text.Length)
        {
            throw new ConditionException("this quote is not closed", start, 1);
        }

        _position++;
    }

    private void SkipBraces()
    {
        int start = _position;
        _position += 2;
        while (_position < text.Length && text[_position] != '}')
        {
            Advance();
        }

        if (_position >= text.Length)
        {
            throw new ConditionException("this brace is not closed; } was expected", start, 2);
        }

        _position++;
    }

    private bool StartsWith(string token) => text.AsSpan(_position).StartsWith(token, StringComparison.Ordinal);

    private bool TryTake(string token)
    {
        if (AtEnd || !StartsWith(token))
        {
            return false;
        }

        _position += token.Length;
        return true;
    }

    private ConditionException Expected(string what)
    {
        string found = AtEnd ? "the condition ends" : $"found \"{text[_position..]}\"";
        return new ConditionException($"{what} was expected, but {found}", _position, text.Length - _position);
    }
}
