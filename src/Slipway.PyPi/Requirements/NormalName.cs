using System.Text;

namespace Slipway.PyPi.Requirements;

/// <summary>The normal form of names (PEP 503, PEP 685).</summary>
internal static class NormalName
{
    /// <summary>The normal form, or null when the text is no name.</summary>
    public static string? Of(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(IsNameCharacter) ? Fold(text) : null;

    /// <summary>Lower case, and one dash for each run of <c>-_.</c>; whatever else is in it stays, as markers compare extras that way.</summary>
    public static string Fold(string text)
    {
        if (IsFolded(text))
        {
            return text;
        }

        var folded = new StringBuilder(text.Length);
        bool inRun = false;
        foreach (char c in text)
        {
            bool separates = c is '-' or '_' or '.';
            if (!separates)
            {
                folded.Append(char.ToLowerInvariant(c));
            }
            else if (!inRun)
            {
                folded.Append('-');
            }

            inRun = separates;
        }

        return folded.ToString();
    }

    public static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';

    private static bool IsFolded(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterLower(text[i]) && !char.IsAsciiDigit(text[i]) && (text[i] != '-' || (i > 0 && text[i - 1] == '-')))
            {
                return false;
            }
        }

        return true;
    }
}
