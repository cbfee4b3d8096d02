using System.Text;

namespace Slipway.Dockerfile;

internal enum PatternKind
{
    /// <summary>One given character.</summary>
    Literal,

    /// <summary><c>?</c>: any one character but a slash.</summary>
    Any,

    /// <summary><c>[…]</c>.</summary>
    Class,

    /// <summary><c>*</c>: any characters but slashes.</summary>
    Star,

    /// <summary><c>**/</c>: nothing, or what the next token, <see cref="DirectoryNames"/>, takes.</summary>
    Directories,

    /// <summary>Anything up to and with a slash.</summary>
    DirectoryNames,

    /// <summary><c>**</c> at the end: anything.</summary>
    Everything,
}

/// <summary>A part of a compiled file name pattern.</summary>
internal readonly record struct PatternToken(PatternKind Kind, Rune Rune = default, CharacterClass? Class = null)
{
    /// <summary>The token takes this one character.</summary>
    public bool Takes(Rune rune) => Kind switch
    {
        PatternKind.Literal => rune == Rune,
        PatternKind.Any => rune.Value != '/',
        PatternKind.Class => rune.Value != '/' && Class!.Contains(rune),
        _ => false,
    };
}

/// <summary>A bracket expression.</summary>
internal sealed record CharacterClass(bool IsNegated, IReadOnlyList<(Rune First, Rune Last)> Ranges)
{
    public bool HasReversedRange => Ranges.Any(r => r.First > r.Last);

    public bool Contains(Rune rune)
    {
        foreach ((Rune first, Rune last) in Ranges)
        {
            if (first <= rune && rune <= last)
            {
                return !IsNegated;
            }
        }

        return IsNegated;
    }

    /// <summary>Reads a class; <paramref name="position"/> stands behind the bracket and ends behind the closing one.</summary>
    /// <exception cref="FormatException">The class is empty, not closed, or a hyphen stands where a character was expected.</exception>
    public static CharacterClass Parse(string pattern, ref int position)
    {
        bool isNegated = position < pattern.Length && pattern[position] == '^';
        position += isNegated ? 1 : 0;
        var ranges = new List<(Rune, Rune)>();
        while (ranges.Count == 0 || position >= pattern.Length || pattern[position] != ']')
        {
            Rune first = ReadRune(pattern, ref position);
            Rune last = first;
            if (position < pattern.Length && pattern[position] == '-')
            {
                position++;
                last = ReadRune(pattern, ref position);
            }

            ranges.Add((first, last));
        }

        position++;
        return new CharacterClass(isNegated, ranges);
    }

    private static Rune ReadRune(string pattern, ref int position)
    {
        if (position < pattern.Length && pattern[position] == '\\')
        {
            position++;
        }
        else if (position < pattern.Length && pattern[position] is '-' or ']')
        {
            throw GoPathMatch.Malformed(pattern);
        }

        if (position >= pattern.Length)
        {
            throw GoPathMatch.Malformed(pattern);
        }

        Rune.DecodeFromUtf16(pattern.AsSpan(position), out Rune rune, out int length);
        position += length;
        return position < pattern.Length ? rune : throw GoPathMatch.Malformed(pattern);
    }
}
