using System.Buffers;
using System.Text;

namespace Slipway.Dockerfile;

/// <summary>
/// Matches a whole name against a compiled pattern by following all possibilities at once, so that no pattern and no name take more than
/// the product of their lengths.
/// </summary>
internal static class TokenMatcher
{
    public static bool IsMatch(ReadOnlySpan<PatternToken> tokens, ReadOnlySpan<char> name)
    {
        // state[i]: the first i tokens match what was read so far
        int count = tokens.Length + 1;
        bool[]? rented = count > 128 ? ArrayPool<bool>.Shared.Rent(2 * count) : null;
        Span<bool> both = rented is null ? stackalloc bool[2 * count] : rented.AsSpan(0, 2 * count);
        both.Clear();
        Span<bool> current = both[..count];
        Span<bool> next = both[count..];
        current[0] = true;
        PassEmpty(tokens, current);
        bool isAlive = true;
        while (name.Length > 0 && isAlive)
        {
            Rune.DecodeFromUtf16(name, out Rune rune, out int length);
            name = name[length..];
            isAlive = Step(tokens, rune, current, next);
            Span<bool> swap = current;
            current = next;
            next = swap;
        }

        bool result = isAlive && current[tokens.Length];
        if (rented is not null)
        {
            ArrayPool<bool>.Shared.Return(rented);
        }

        return result;
    }

    private static bool Step(ReadOnlySpan<PatternToken> tokens, Rune rune, Span<bool> current, Span<bool> next)
    {
        next.Clear();
        bool isAlive = false;
        for (int i = 0; i < tokens.Length; i++)
        {
            if (!current[i])
            {
                continue;
            }

            switch (tokens[i].Kind)
            {
                case PatternKind.Star:
                    next[i] |= rune.Value != '/';
                    break;
                case PatternKind.Everything:
                    next[i] = true;
                    break;
                case PatternKind.DirectoryNames:
                    next[i] = true;
                    next[i + 1] |= rune.Value == '/';
                    break;
                default:
                    next[i + 1] |= tokens[i].Takes(rune);
                    break;
            }

            isAlive |= next[i] || next[i + 1];
        }

        PassEmpty(tokens, next);
        return isAlive;
    }

    /// <summary>Follows the tokens that may match nothing.</summary>
    private static void PassEmpty(ReadOnlySpan<PatternToken> tokens, Span<bool> state)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if (state[i] && (tokens[i].Kind is PatternKind.Star or PatternKind.Everything or PatternKind.Directories))
            {
                state[i + 1] = true;
                if (tokens[i].Kind == PatternKind.Directories)
                {
                    state[i + 2] = true;
                }
            }
        }
    }
}
