namespace Slipway.Conda.Matching;

/// <summary>The <c>[key=value, …]</c> part of a spec.</summary>
internal static class SpecBrackets
{
    /// <summary>Splits a spec before its first bracket; the pairs of all brackets follow in their order. A value that was a list has its items joined by newlines.</summary>
    public static (string Head, List<KeyValuePair<string, string>> Pairs) Split(string text)
    {
        List<KeyValuePair<string, string>> pairs = [];
        int open = text.IndexOf('[');
        if (open < 0)
        {
            return (text, pairs);
        }

        int at = open;
        while (at < text.Length)
        {
            if (text[at] != '[')
            {
                throw new FormatException($"'{text[at..]}' may not stand behind the brackets");
            }

            at = ReadPairs(text, at + 1, pairs);
            SkipSpaces(text, ref at);
        }

        return (text[..open].TrimEnd(), pairs);
    }

    /// <summary>The items of a value, when it was written as a list or as one word.</summary>
    public static string[] Items(string value) => value.Split('\n');

    private static int ReadPairs(string text, int at, List<KeyValuePair<string, string>> pairs)
    {
        while (true)
        {
            SkipSpaces(text, ref at);
            if (at < text.Length && text[at] == ']')
            {
                return at + 1;
            }

            int start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-'))
            {
                at++;
            }

            string key = text[start..at];
            SkipSpaces(text, ref at);
            if (key.Length == 0 || at >= text.Length || text[at] != '=')
            {
                throw new FormatException(key.Length > 0 && at >= text.Length ? "a '[' is not closed" : "inside the brackets key=value is expected, separated by commas");
            }

            at++;
            SkipSpaces(text, ref at);
            string value = ReadValue(text, ref at);
            pairs.Add(new KeyValuePair<string, string>(key, value.Length > 0 ? value : throw new FormatException($"{key}= has no value")));
            SkipSpaces(text, ref at);
            if (at < text.Length && text[at] == ',')
            {
                at++;
            }
        }
    }

    private static string ReadValue(string text, ref int at)
    {
        if (at < text.Length && text[at] is '"' or '\'')
        {
            return ReadQuoted(text, ref at);
        }

        if (at < text.Length && text[at] == '[')
        {
            return ReadList(text, ref at);
        }

        int start = at;
        while (at < text.Length && text[at] is not (',' or ']') && !char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length ? text[start..at] : throw new FormatException("a '[' is not closed");
    }

    private static string ReadQuoted(string text, ref int at)
    {
        char quote = text[at++];
        var value = new System.Text.StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length && (text[at + 1] == quote || text[at + 1] == '\\'))
            {
                at++; // written by a JSON encoder
            }

            value.Append(text[at]);
        }

        return at++ < text.Length ? value.ToString().Trim() : throw new FormatException($"a {quote} is not closed");
    }

    private static string ReadList(string text, ref int at)
    {
        List<string> items = [];
        at++;
        while (true)
        {
            SkipSpaces(text, ref at);
            if (at < text.Length && text[at] == ']')
            {
                at++;
                return string.Join('\n', items);
            }

            string item = at < text.Length && text[at] == '[' ? throw new FormatException("a list inside a list") : ReadValue(text, ref at);
            items.Add(item.Length > 0 ? item : throw new FormatException("a list has an empty item"));
            SkipSpaces(text, ref at);
            if (at >= text.Length || text[at] is not (',' or ']'))
            {
                throw new FormatException("a list is not closed");
            }

            at += text[at] == ',' ? 1 : 0;
        }
    }

    private static void SkipSpaces(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }
}
