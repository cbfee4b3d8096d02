using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>One line of a requirements file after joining, without its comment, with the values of variables.</summary>
/// <param name="Text">What it says; not empty.</param>
/// <param name="Line">The line it begins in, from 1.</param>
internal sealed record LogicalLine(TracedText Text, int Line);

/// <summary>
/// The lines of a requirements file in the order of pip's steps: lines that end in a backslash are joined, then comments are cut, then <c>${NAME}</c> is replaced.
/// </summary>
internal static partial class RequirementsText
{
    /// <summary>The lines that say something.</summary>
    /// <param name="source">The file.</param>
    /// <param name="environment">The value of a variable; one that is not set or empty stays as it is written.</param>
    public static IEnumerable<LogicalLine> Lines(SourceText source, Func<string, string?> environment)
    {
        foreach ((TracedText text, int line) in Joined(source.Text))
        {
            Match comment = Comment().Match(text.Text);
            TracedText said = text.Slice(0, comment.Success ? comment.Index : text.Text.Length);
            if (said.Text.Length > 0)
            {
                yield return new LogicalLine(Expand(said, environment), line);
            }
        }
    }

    /// <summary>Replaces the variables of a text.</summary>
    public static TracedText Expand(TracedText text, Func<string, string?> environment)
    {
        if (!text.Text.Contains("${", StringComparison.Ordinal))
        {
            return text;
        }

        var built = new TracedText.Builder();
        int from = 0;
        foreach (Match match in Variable().Matches(text.Text))
        {
            if (environment(match.Groups[1].Value) is { Length: > 0 } value)
            {
                built.Add(text, from, match.Index);
                built.AddInstead(value, text, match.Index, match.Index + match.Length);
                from = match.Index + match.Length;
            }
        }

        built.Add(text, from, text.Text.Length);
        return built.Build();
    }

    // A line that is a comment ends the joining even when it ends in a backslash; all backslashes around a joined line go.
    private static IEnumerable<(TracedText Text, int Line)> Joined(string text)
    {
        TracedText.Builder? open = null;
        int openLine = 0, line = 0;
        foreach ((int start, int end) in Split(text))
        {
            line++;
            bool isComment = WholeComment().IsMatch(text[start..end]);
            if (end > start && text[end - 1] == '\\' && !isComment)
            {
                openLine = open is null ? line : openLine;
                open ??= new TracedText.Builder();
                string inner = text[start..end].TrimEnd('\\');
                int from = start + inner.Length - inner.TrimStart('\\').Length;
                open.Add(text, from, start + inner.Length);
                continue;
            }

            TracedText.Builder built = open ?? new TracedText.Builder();
            if (isComment)
            {
                // So that it is taken for a comment behind what it was joined to.
                built.Add(' ', start, start);
            }

            built.Add(text, start, end);
            yield return (built.Build(), open is null ? line : openLine);
            open = null;
        }

        if (open is not null)
        {
            yield return (open.Build(), openLine);
        }
    }

    // Python's str.splitlines, which pip uses, knows these line ends.
    private static IEnumerable<(int Start, int End)> Split(string text)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '\n' or '\r' or '\v' or '\f' or '\u001c' or '\u001d' or '\u001e' or '\u0085' or '\u2028' or '\u2029')
            {
                yield return (start, i);
                i += text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 1 : 0;
                start = i + 1;
            }
        }

        if (start < text.Length)
        {
            yield return (start, text.Length);
        }
    }

    [GeneratedRegex(@"(?:^|\s+)#.*$", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s*#", RegexOptions.Singleline)]
    private static partial Regex WholeComment();

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)\}")]
    private static partial Regex Variable();
}
