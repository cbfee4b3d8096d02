namespace Slipway.Dockerfile;

/// <summary>ENV and LABEL: <c>name=value …</c> and the old <c>name value</c>.</summary>
internal static partial class InstructionReader
{
    private static EnvInstruction ReadEnv(InstructionSyntax syntax)
    {
        (IReadOnlyList<KeyValueWord> pairs, bool isLegacy) = ReadPairs(WithoutFlags(syntax));
        return new EnvInstruction(syntax, pairs, isLegacy);
    }

    private static LabelInstruction ReadLabel(InstructionSyntax syntax)
    {
        (IReadOnlyList<KeyValueWord> pairs, bool isLegacy) = ReadPairs(WithoutFlags(syntax));
        return new LabelInstruction(syntax, pairs, isLegacy);
    }

    private static (IReadOnlyList<KeyValueWord> Pairs, bool IsLegacy) ReadPairs(InstructionSyntax syntax)
    {
        IReadOnlyList<Word> words = AtLeastOne(syntax, WordSplitter.OutsideQuotes(syntax));
        return words[0].Text.Contains('=', StringComparison.Ordinal)
            ? ([.. words.Select(word => ReadPair(syntax, word))], false)
            : ([ReadLegacyPair(syntax)], true);
    }

    private static KeyValueWord ReadPair(InstructionSyntax syntax, Word word)
    {
        int equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        return equals switch
        {
            < 0 => throw new InstructionException(
                "missing-equals",
                $"Syntax error - can't find = in \"{word}\". Must be of the form: name=value",
                word.Span,
                "quote a value that has spaces"),
            0 => throw new InstructionException("blank-name", $"{syntax.Name} names can not be blank", word.Span),
            _ => new KeyValueWord(word with { Text = word.Text[..equals] }, word with { Text = word.Text[(equals + 1)..] }),
        };
    }

    private static KeyValueWord ReadLegacyPair(InstructionSyntax syntax)
    {
        string text = syntax.Arguments.Text;
        int space = text.AsSpan().IndexOfAny("\t\v\f\r ");
        if (space < 0)
        {
            throw new InstructionException("missing-argument", $"{syntax.Name} must have two arguments", syntax.Arguments.Span, "write name=value");
        }

        int value = space;
        while (text[value] is '\t' or '\v' or '\f' or '\r' or ' ')
        {
            value++;
        }

        return new KeyValueWord(syntax.WordInArguments(0, space), syntax.WordInArguments(value, text.Length));
    }
}
