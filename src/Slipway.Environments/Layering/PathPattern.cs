using System.Collections.Immutable;

namespace Slipway.Environments.Layering;

/// <summary>
/// A pattern for paths of an environment: names between slashes, in which <c>*</c> stands for any characters; <c>**</c> as a whole name stands for any number of names, also none. Letters are
/// the same in both cases.
/// </summary>
internal readonly struct PathPattern
{
    private const string Deep = "**";

    private readonly ImmutableArray<string> _names;

    public PathPattern(string text) => _names = [.. text.Split('/')];

    /// <param name="path">The names of a path.</param>
    public bool Matches(ReadOnlySpan<string> path) => Matches(_names.AsSpan(), path);

    /// <summary>Whether a name, without slashes, is one that a pattern stands for.</summary>
    public static bool MatchesName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.Equals(name, StringComparison.OrdinalIgnoreCase);
        }

        if (!name.StartsWith(pattern[..star], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        ReadOnlySpan<char> rest = pattern[(star + 1)..];
        for (name = name[star..]; ; name = name[1..])
        {
            if (rest.IsEmpty || MatchesName(rest, name))
            {
                return true;
            }

            if (name.IsEmpty)
            {
                return false;
            }
        }
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == Deep)
            {
                if (pattern.Length == 1)
                {
                    return true;
                }

                for (int skipped = 0; skipped <= path.Length; skipped++)
                {
                    if (Matches(pattern[1..], path[skipped..]))
                    {
                        return true;
                    }
                }

                return false;
            }

            if (path.IsEmpty || !MatchesName(pattern[0], path[0]))
            {
                return false;
            }

            pattern = pattern[1..];
            path = path[1..];
        }

        return path.IsEmpty;
    }
}
