using System.Text;
using System.Text.RegularExpressions;

namespace Slipway.Dockerfile;

/// <summary>A pattern of <c>${x#p}</c>, <c>${x%p}</c> and <c>${x/p/r}</c>: <c>*</c>, <c>?</c> and their escapes; brackets are literal.</summary>
internal sealed class ShellPattern
{
    // The engine without backtracking takes linear time whatever pattern a Dockerfile brings along.
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly List<string> _parts = [];

    /// <exception cref="ExpansionException">A backslash stands before a character that needs none.</exception>
    public static ShellPattern Parse(string pattern)
    {
        var result = new ShellPattern();
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '\\')
            {
                i++;
                char? next = i < pattern.Length ? pattern[i] : null;
                if (next is not ('*' or '?' or '\\' or '}' or '/'))
                {
                    throw new ExpansionException($"invalid pattern ({pattern}) in substitution: invalid escape '\\{next}'");
                }

                result._parts.Add(Regex.Escape(next.Value.ToString()));
            }
            else
            {
                result._parts.Add(c switch { '*' => "*", '?' => "[^\n]", _ => Regex.Escape(c.ToString()) });
            }
        }

        return result;
    }

    public string TrimStart(string value, bool longest) => value[Build(_parts, longest, anchored: true).Match(value).Length..];

    public string TrimEnd(string value, bool longest)
    {
        // The shortest end of a text is the shortest start of the reversed text.
        string reversed = Reverse(value);
        return Reverse(reversed[Build(Enumerable.Reverse(_parts), longest, anchored: true).Match(reversed).Length..]);
    }

    public string Replace(string value, string replacement, bool all) =>
        Build(_parts, longest: true, anchored: false).Replace(value, _ => replacement, all ? -1 : 1);

    private static Regex Build(IEnumerable<string> parts, bool longest, bool anchored)
    {
        var regex = new StringBuilder(anchored ? @"\A" : "");
        foreach (string part in parts)
        {
            regex.Append(part == "*" ? (longest ? "[^\n]*" : "[^\n]*?") : part);
        }

        return new Regex(regex.ToString(), Options);
    }

    private static string Reverse(string text)
    {
        char[] characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }
}
