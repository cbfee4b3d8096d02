using System.Text;

namespace Slipway.Dockerfile;

/// <summary>Shell file name patterns with the rules of Go's filepath.Match: <c>*</c> and <c>?</c> never match a slash, <c>[…]</c>, backslash escapes.</summary>
public static class GoPathMatch
{
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    public static bool IsMatch(string pattern, string name) => TokenMatcher.IsMatch(Compile(pattern, doubleStars: false), name);

    /// <summary>The text has an unescaped character that makes it a pattern.</summary>
    public static bool HasWildcards(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Compiles a pattern; with <paramref name="doubleStars"/>, <c>**</c> stands for any number of directories.</summary>
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    internal static PatternToken[] Compile(string pattern, bool doubleStars)
    {
        var tokens = new List<PatternToken>();
        int position = 0;
        while (position < pattern.Length)
        {
            tokens.Add(ReadToken(pattern, ref position, doubleStars));
            if (tokens[^1].Kind == PatternKind.Directories)
            {
                tokens.Add(new PatternToken(PatternKind.DirectoryNames));
            }
        }

        return [.. tokens];
    }

    internal static FormatException Malformed(string pattern) => new($"syntax error in pattern: '{pattern}'");

    private static PatternToken ReadToken(string pattern, ref int position, bool doubleStars)
    {
        char c = pattern[position];
        switch (c)
        {
            case '*':
                return ReadStar(pattern, ref position, doubleStars);
            case '?':
                position++;
                return new PatternToken(PatternKind.Any);
            case '[':
                position++;
                return new PatternToken(PatternKind.Class, Class: CharacterClass.Parse(pattern, ref position));
            case '\\' when ++position == pattern.Length:
                throw Malformed(pattern);
        }

        Rune.DecodeFromUtf16(pattern.AsSpan(position), out Rune rune, out int length);
        position += length;
        return new PatternToken(PatternKind.Literal, rune);
    }

    private static PatternToken ReadStar(string pattern, ref int position, bool doubleStars)
    {
        position++;
        if (!doubleStars || position == pattern.Length || pattern[position] != '*')
        {
            return new PatternToken(PatternKind.Star);
        }

        position++;
        if (position < pattern.Length && pattern[position] == '/')
        {
            position++;
        }

        return new PatternToken(position == pattern.Length ? PatternKind.Everything : PatternKind.Directories);
    }
}
