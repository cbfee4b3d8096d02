namespace Slipway.Dockerfile;

/// <summary>Splits an instruction's arguments into words, each with its place in the file.</summary>
internal static class WordSplitter
{
    /// <summary>Splits at white space alone.</summary>
    public static IReadOnlyList<Word> AtSpaces(InstructionSyntax syntax)
    {
        string text = syntax.Arguments.Text;
        var words = new List<Word>();
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is not ('\t' or '\v' or '\f' or '\r' or ' '))
            {
                continue;
            }

            if (i > start)
            {
                words.Add(syntax.WordInArguments(start, i));
            }

            start = i + 1;
        }

        return words;
    }

    /// <summary>Splits at white space outside quotes; quotes and escapes stay in the words.</summary>
    public static IReadOnlyList<Word> OutsideQuotes(InstructionSyntax syntax) =>
        [.. Ranges(syntax.Arguments.Text, syntax.EscapeCharacter).Select(r => WithoutLoneEscape(syntax.WordInArguments(r.Start, r.End), r))];

    /// <summary>The JSON form when the arguments have it, else words split at white space.</summary>
    public static IReadOnlyList<Word> JsonOrSpaces(InstructionSyntax syntax) =>
        JsonArguments(syntax) ?? AtSpaces(syntax);

    /// <summary>The JSON form, or null when the arguments are of the shell form.</summary>
    public static IReadOnlyList<Word>? JsonArguments(InstructionSyntax syntax, int skip = 0)
    {
        JsonForm form = JsonWords.TryRead(syntax.Arguments.Text[skip..], out var words);
        return form switch
        {
            JsonForm.None => null,
            JsonForm.Words => [.. words.Select(w => new Word(w.Value, syntax.WordInArguments(skip + w.Start, skip + w.End).Span))],
            _ => throw new InstructionException(
                "json-not-strings",
                "when using JSON array syntax, arrays must be comprised of strings only",
                syntax.Arguments.Span,
                "put each word in double quotes"),
        };
    }

    /// <summary>Where the words are. An escape character at the very end is no part of its word.</summary>
    internal static IEnumerable<(int Start, int End, bool LoneEscape)> Ranges(string text, char escape)
    {
        int start = -1;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (start >= 0)
                {
                    yield return (start, i, false);
                }

                start = -1;
                continue;
            }

            start = start < 0 ? i : start;
            if (c == escape && quote != '\'')
            {
                if (++i == text.Length)
                {
                    if (i - 1 > start)
                    {
                        yield return (start, i, true);
                    }

                    yield break;
                }
            }
            else if (c is '\'' or '"' && (quote == '\0' || quote == c))
            {
                quote = quote == '\0' ? c : '\0';
            }
        }

        if (start >= 0)
        {
            yield return (start, text.Length, false);
        }
    }

    private static Word WithoutLoneEscape(Word word, (int Start, int End, bool LoneEscape) range) =>
        range.LoneEscape ? word with { Text = word.Text[..^1] } : word;
}
