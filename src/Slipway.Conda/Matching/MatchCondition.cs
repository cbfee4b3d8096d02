namespace Slipway.Conda.Matching;

/// <summary>When a requirement counts (CEP 43): specs joined by <c>and</c> and <c>or</c>.</summary>
public abstract record MatchCondition
{
    private const int DeepestNesting = 32;

    /// <summary>Reads a condition.</summary>
    /// <exception cref="FormatException">It is none; the message is half a sentence.</exception>
    public static MatchCondition Parse(string text, Versions.ParseMode mode)
    {
        int at = 0;
        MatchCondition condition = Either(text, ref at, mode, 0);
        return at == text.Length ? condition : throw new FormatException($"'{text[at..]}' is left over in the condition \"{text}\"");
    }

    private static MatchCondition Either(string text, ref int at, Versions.ParseMode mode, int depth)
    {
        MatchCondition left = Both(text, ref at, mode, depth);
        while (TakeWord(text, ref at, "or"))
        {
            left = new AnyCondition(left, Both(text, ref at, mode, depth));
        }

        return left;
    }

    private static MatchCondition Both(string text, ref int at, Versions.ParseMode mode, int depth)
    {
        MatchCondition left = Single(text, ref at, mode, depth);
        while (TakeWord(text, ref at, "and"))
        {
            left = new AllCondition(left, Single(text, ref at, mode, depth));
        }

        return left;
    }

    private static MatchCondition Single(string text, ref int at, Versions.ParseMode mode, int depth)
    {
        SkipSpaces(text, ref at);
        if (at < text.Length && text[at] == '(')
        {
            if (depth >= DeepestNesting)
            {
                throw new FormatException("the condition is nested too deeply");
            }

            at++;
            MatchCondition inner = Either(text, ref at, mode, depth + 1);
            if (at >= text.Length || text[at] != ')')
            {
                throw new FormatException($"a '(' is not closed in the condition \"{text}\"");
            }

            at++;
            SkipSpaces(text, ref at);
            return inner;
        }

        int start = at;
        int brackets = 0;
        char quote = '\0';
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (brackets > 0 && c is '"' or '\'')
            {
                quote = c;
            }
            else if (c is '[' or ']')
            {
                brackets += c == '[' ? 1 : -1;
            }
            else if (brackets == 0 && (c == ')' || IsWord(text, at, "and") || IsWord(text, at, "or")))
            {
                break;
            }
        }

        string spec = text[start..at].Trim();
        if (spec.Length == 0)
        {
            throw new FormatException($"the condition \"{text}\" lacks a package");
        }

        MatchSpec parsed = MatchSpecParser.Parse(spec, mode);
        return parsed.When is null ? new SpecCondition(parsed) : throw new FormatException("a condition may not have a condition of its own");
    }

    private static bool TakeWord(string text, ref int at, string word)
    {
        SkipSpaces(text, ref at);
        if (!IsWord(text, at, word))
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    private static bool IsWord(string text, int at, string word) =>
        string.CompareOrdinal(text, at, word, 0, word.Length) == 0
        && at > 0 && (char.IsWhiteSpace(text[at - 1]) || text[at - 1] is ')' or ']')
        && (at + word.Length == text.Length || char.IsWhiteSpace(text[at + word.Length]) || text[at + word.Length] == '(');

    private static void SkipSpaces(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }
}

/// <summary>A package that matches is in the solution.</summary>
public sealed record SpecCondition(MatchSpec Spec) : MatchCondition
{
    public override string ToString() => Spec.ToString();
}

/// <summary>Both hold.</summary>
public sealed record AllCondition(MatchCondition Left, MatchCondition Right) : MatchCondition
{
    public override string ToString() => $"({Left} and {Right})";
}

/// <summary>One of them holds.</summary>
public sealed record AnyCondition(MatchCondition Left, MatchCondition Right) : MatchCondition
{
    public override string ToString() => $"({Left} or {Right})";
}
