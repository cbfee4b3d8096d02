namespace Slipway.Conda.Versions;

/// <summary>Whether a version lies inside <c>prefix.*</c>, without taking either apart in memory: it is asked for every candidate of a package.</summary>
internal static class VersionPrefix
{
    /// <param name="version">Lower case.</param>
    /// <param name="prefix">Lower case; its last run may be the beginning of a word.</param>
    public static bool Covers(string version, string prefix)
    {
        if (!VersionLexer.TryCreate(version, allowStars: true, out VersionLexer mine, out _) || !VersionLexer.TryCreate(prefix, allowStars: true, out VersionLexer theirs, out _))
        {
            throw new InvalidOperationException("both have been read before");
        }

        bool more = mine.MoveNext();
        bool local = false;
        bool another = theirs.MoveNext();
        while (another)
        {
            VersionToken wanted = theirs.Current;
            another = theirs.MoveNext();
            if (wanted.InLocal && !local)
            {
                local = true;
                for (; more && !mine.Current.InLocal; more = mine.MoveNext())
                {
                    if (!IsZero(mine.Current, version))
                    {
                        return false;
                    }
                }
            }

            if (wanted.StartsSegment)
            {
                for (; more && !mine.Current.StartsSegment; more = mine.MoveNext())
                {
                    if (!IsZero(mine.Current, version))
                    {
                        return false;
                    }
                }
            }

            bool there = more && mine.Current.StartsSegment == wanted.StartsSegment && mine.Current.InLocal == wanted.InLocal;
            if (!Same(there ? mine.Current : null, version, wanted, prefix, last: !another))
            {
                return false;
            }

            more = there ? mine.MoveNext() : more;
        }

        return true;
    }

    private static bool Same(VersionToken? mine, string version, VersionToken wanted, string prefix, bool last)
    {
        if (wanted.Kind == VersionTokenKind.Number)
        {
            return mine is null ? IsZero(wanted, prefix) : mine.Value.Kind == VersionTokenKind.Number && Digits(mine.Value, version).SequenceEqual(Digits(wanted, prefix));
        }

        if (mine is null || mine.Value.Kind == VersionTokenKind.Number)
        {
            return false;
        }

        ReadOnlySpan<char> word = mine.Value.In(version), start = wanted.In(prefix);
        return last ? word.StartsWith(start, StringComparison.Ordinal) : word.SequenceEqual(start);
    }

    private static bool IsZero(VersionToken token, string text) => token.Kind == VersionTokenKind.Number && Digits(token, text).IsEmpty;

    private static ReadOnlySpan<char> Digits(VersionToken token, string text) => token.In(text).TrimStart('0');
}
