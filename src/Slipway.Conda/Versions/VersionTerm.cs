namespace Slipway.Conda.Versions;

internal enum VersionOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A node of a constraint.</summary>
internal abstract record VersionTerm
{
    public abstract bool Matches(CondaVersion version);
}

internal sealed record AnyVersionTerm : VersionTerm
{
    public static AnyVersionTerm Instance { get; } = new();

    public override bool Matches(CondaVersion version) => true;
}

internal sealed record ComparedTerm(VersionOperator Operator, CondaVersion Version) : VersionTerm
{
    public override bool Matches(CondaVersion version)
    {
        int sign = version.CompareTo(Version);
        return Operator switch
        {
            VersionOperator.Equal => sign == 0,
            VersionOperator.NotEqual => sign != 0,
            VersionOperator.Less => sign < 0,
            VersionOperator.LessOrEqual => sign <= 0,
            VersionOperator.Greater => sign > 0,
            _ => sign >= 0,
        };
    }
}

/// <summary><c>prefix.*</c></summary>
internal sealed record PrefixTerm(CondaVersion Prefix) : VersionTerm
{
    // 1.8 and 1.8.0 are equal versions but different prefixes.
    public bool Equals(PrefixTerm? other) => other is not null && string.Equals(Prefix.Text, other.Prefix.Text, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Prefix.Text);

    public override bool Matches(CondaVersion version) => version.StartsWith(Prefix);
}

internal sealed record NotTerm(VersionTerm Term) : VersionTerm
{
    public override bool Matches(CondaVersion version) => !Term.Matches(version);
}

/// <summary>A pattern over the text of the version: stars inside it, or a regular expression.</summary>
internal sealed record PatternTerm(TextPattern Pattern) : VersionTerm
{
    public override bool Matches(CondaVersion version) => Pattern.Matches(version.Text);
}

/// <summary>Terms between commas (all) or bars (any).</summary>
internal sealed record JoinedTerm(bool All, IReadOnlyList<VersionTerm> Terms) : VersionTerm
{
    public bool Equals(JoinedTerm? other) => other is not null && All == other.All && Terms.SequenceEqual(other.Terms);

    public override int GetHashCode() => Terms.Aggregate(All ? 1 : 2, HashCode.Combine);

    public override bool Matches(CondaVersion version)
    {
        foreach (VersionTerm term in Terms)
        {
            if (term.Matches(version) != All)
            {
                return !All;
            }
        }

        return All;
    }
}
