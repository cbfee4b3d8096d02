using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Slipway.Conda.Versions;

/// <summary>
/// How a match spec compares text (CEP 29): equal without regard to case, with stars that stand for anything, or by a regular expression
/// between <c>^</c> and <c>$</c>. Expressions come from outside, so they run on the engine that never backtracks.
/// </summary>
public sealed class TextPattern : IEquatable<TextPattern>
{
    private readonly Regex? _expression;
    private readonly bool _hasStars;

    private TextPattern(string text, Regex? expression)
    {
        Text = text;
        _expression = expression;
        _hasStars = expression is null && text.Contains('*');
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>It stands for one text only.</summary>
    public bool IsExact => _expression is null && !_hasStars;

    /// <summary>It is a <c>*</c>: any text.</summary>
    public bool IsAny => Text is "*";

    /// <summary>Reads a pattern; <paramref name="problem"/> is half a sentence.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TextPattern? pattern, out string? problem)
    {
        pattern = null;
        problem = null;
        if (text.StartsWith('^') || text.EndsWith('$'))
        {
            if (!text.StartsWith('^') || !text.EndsWith('$') || text.Length < 2)
            {
                problem = "a regular expression must begin with ^ and end with $";
                return false;
            }

            try
            {
                pattern = new TextPattern(text, Compile(text));
                return true;
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                problem = $"the regular expression cannot be used: {e.Message}";
                return false;
            }
        }

        pattern = new TextPattern(text, null);
        return true;
    }

    public bool Matches(string text) => _hasStars ? MatchesStars(text, Text) : _expression?.IsMatch(text) ?? string.Equals(text, Text, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public bool Equals(TextPattern? other) => other is not null && string.Equals(Text, other.Text, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TextPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Text);

    public override string ToString() => Text;

    // Stars are far too common (most builds are asked for with one) to make a regular expression of each.
    private static bool MatchesStars(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int at = 0, star = -1, retry = 0;
        int i = 0;
        while (i < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                retry = i;
            }
            else if (at < pattern.Length && char.ToLowerInvariant(pattern[at]) == char.ToLowerInvariant(text[i]))
            {
                at++;
                i++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                i = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].Trim('*').IsEmpty;
    }

    private static Regex Compile(string expression) =>
        new(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline);
}
