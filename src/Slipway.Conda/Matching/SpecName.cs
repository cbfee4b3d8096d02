using Slipway.Conda.Versions;

namespace Slipway.Conda.Matching;

/// <summary>Names of packages (CEP 26): lower case letters, digits, and <c>. _ -</c> between them; here also stars or a regular expression.</summary>
internal static class SpecName
{
    public static TextPattern Parse(string name)
    {
        if (name.Length == 0)
        {
            throw new FormatException("the name of a package is expected");
        }

        string lower = name.ToLowerInvariant();
        if (lower[0] != '^' && Problem(lower) is { } problem)
        {
            throw new FormatException($"\"{name}\" is not the name of a package: {problem}");
        }

        return TextPattern.TryParse(lower, out TextPattern? pattern, out string? reason) ? pattern : throw new FormatException(reason);
    }

    private static string? Problem(string name)
    {
        if (name.Length > 128)
        {
            return "it is too long";
        }

        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            if (c is '.' or '-')
            {
                if (i == 0 || i == name.Length - 1 || name[i - 1] is '.' or '-')
                {
                    return $"'{c}' must stand between letters or digits";
                }
            }
            else if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('_' or '*'))
            {
                return $"'{c}' cannot occur in one";
            }
        }

        return null;
    }
}
