using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Markers;

/// <summary>Reads markers (PEP 508).</summary>
internal static class MarkerParser
{
    // Each level costs a few frames of the stack, and a marker comes from anywhere.
    private const int DeepestNesting = 100;

    /// <exception cref="RequirementSyntaxException">It is no marker.</exception>
    public static MarkerNode Parse(string text)
    {
        var cursor = new TextCursor(text);
        MarkerNode node = Read(cursor);
        cursor.ExpectEnd("the marker");
        return node;
    }

    /// <summary>Reads a marker and the blanks after it.</summary>
    public static MarkerNode Read(TextCursor cursor) => Read(cursor, 0);

    private static MarkerNode Read(TextCursor cursor, int depth)
    {
        MarkerNode first = ReadAll(cursor, depth);
        List<MarkerNode> parts = [first];
        while (cursor.TakeWord("or"))
        {
            parts.Add(ReadAll(cursor, depth));
        }

        return parts.Count == 1 ? first : new MarkerNode.Any(parts);
    }

    private static MarkerNode ReadAll(TextCursor cursor, int depth)
    {
        MarkerNode first = ReadPart(cursor, depth);
        List<MarkerNode> parts = [first];
        while (cursor.TakeWord("and"))
        {
            parts.Add(ReadPart(cursor, depth));
        }

        return parts.Count == 1 ? first : new MarkerNode.All(parts);
    }

    private static MarkerNode ReadPart(TextCursor cursor, int depth)
    {
        cursor.SkipBlanks();
        MarkerNode part;
        if (cursor.Take('('))
        {
            if (depth == DeepestNesting)
            {
                throw cursor.Wrong($"more than {DeepestNesting} parentheses inside each other");
            }

            part = new MarkerNode.Group(Read(cursor, depth + 1));
            if (!cursor.Take(')'))
            {
                throw cursor.Wrong(cursor.AtEnd ? "\")\" is missing in the marker" : $"\"and\", \"or\" or \")\" is expected in the marker, not \"{cursor.Shown()}\"");
            }
        }
        else
        {
            part = ReadComparison(cursor);
        }

        cursor.SkipBlanks();
        return part;
    }

    private static MarkerNode.Comparison ReadComparison(TextCursor cursor)
    {
        MarkerOperand left = ReadOperand(cursor);
        cursor.SkipBlanks();
        MarkerOperator @operator = ReadOperator(cursor);
        cursor.SkipBlanks();
        MarkerOperand right = ReadOperand(cursor);

        return new MarkerNode.Comparison(Fold(left, right.Variable), @operator, Fold(right, left.Variable));
    }

    // Extras and groups compare by their normal names, and are printed so.
    private static MarkerOperand Fold(MarkerOperand operand, MarkerVariable? other) =>
        operand.Variable is null && other is MarkerVariable.Extra or MarkerVariable.Extras or MarkerVariable.DependencyGroups ? operand with { Text = NormalName.Fold(operand.Text) } : operand;

    private static MarkerOperand ReadOperand(TextCursor cursor)
    {
        int start = cursor.Position;
        char quote = cursor.Current;
        if (quote is '"' or '\'')
        {
            cursor.Position++;
            string text = cursor.TakeWhile(c => c != quote);
            if (text.Contains('\\', StringComparison.Ordinal))
            {
                cursor.Position = start;
                throw cursor.Wrong("a text in a marker cannot have a backslash (PEP 508)");
            }

            return cursor.Take(quote) ? new MarkerOperand(null, text) : throw cursor.Wrong($"a closing {quote} is missing in the marker");
        }

        string name = cursor.TakeWhile(c => TextCursor.IsWordCharacter(c) || c == '.');
        if (!MarkerVariables.TryFind(name, out MarkerVariable variable))
        {
            cursor.Position = start;
            throw cursor.Wrong(name.Length == 0 ? "a variable or a text in quotes is expected in the marker" : $"\"{name}\" is not a variable of markers; texts stand in quotes");
        }

        return new MarkerOperand(variable, MarkerVariables.NameOf(variable));
    }

    private static MarkerOperator ReadOperator(TextCursor cursor)
    {
        if (cursor.TakeWord("in"))
        {
            return MarkerOperator.In;
        }

        if (cursor.TakeWord("not"))
        {
            cursor.SkipBlanks();
            return cursor.TakeWord("in") ? MarkerOperator.NotIn : throw cursor.Wrong("\"in\" is expected after \"not\" in the marker");
        }

        foreach (SpecifierOperator @operator in (ReadOnlySpan<SpecifierOperator>)
            [SpecifierOperator.Identical, SpecifierOperator.Equal, SpecifierOperator.NotEqual, SpecifierOperator.Compatible, SpecifierOperator.AtMost, SpecifierOperator.AtLeast, SpecifierOperator.Below, SpecifierOperator.Above])
        {
            string text = VersionSpecifier.TextOf(@operator);
            if (cursor.Rest.StartsWith(text, StringComparison.Ordinal))
            {
                cursor.Position += text.Length;
                return (MarkerOperator)@operator;
            }
        }

        throw cursor.Wrong("an operator (==, !=, <, <=, >, >=, ~=, ===, in, not in) is expected in the marker");
    }
}
