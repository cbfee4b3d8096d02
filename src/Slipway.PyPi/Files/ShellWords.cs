using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>Words as a POSIX shell, and Python's <c>shlex.split</c>, reads them: quotes and backslashes, nothing else.</summary>
internal static class ShellWords
{
    /// <summary>The words of a text with their places.</summary>
    /// <exception cref="FormatException">A quote is not closed, or a backslash ends the text.</exception>
    public static IReadOnlyList<WrittenText> Split(TracedText text)
    {
        List<WrittenText> words = [];
        string all = text.Text;
        for (int i = 0; i < all.Length;)
        {
            if (char.IsWhiteSpace(all[i]))
            {
                i++;
                continue;
            }

            int start = i;
            var word = new StringBuilder();
            while (i < all.Length && !char.IsWhiteSpace(all[i]))
            {
                char c = all[i++];
                if (c == '\\')
                {
                    word.Append(i < all.Length ? all[i++] : throw new FormatException("nothing follows the backslash"));
                }
                else if (c is '"' or '\'')
                {
                    i = Quoted(all, i, c, word);
                }
                else
                {
                    word.Append(c);
                }
            }

            words.Add(new WrittenText(word.ToString(), text.SpanOf(start, i - start)));
        }

        return words;
    }

    // In double quotes a backslash escapes only itself and the quote.
    private static int Quoted(string all, int at, char quote, StringBuilder word)
    {
        for (; at < all.Length; at++)
        {
            if (all[at] == quote)
            {
                return at + 1;
            }

            if (quote == '"' && all[at] == '\\' && at + 1 < all.Length && all[at + 1] is '"' or '\\')
            {
                at++;
            }

            word.Append(all[at]);
        }

        throw new FormatException($"the quote {quote} is not closed");
    }
}
