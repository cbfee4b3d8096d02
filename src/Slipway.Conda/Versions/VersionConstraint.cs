using System.Diagnostics.CodeAnalysis;

namespace Slipway.Conda.Versions;

/// <summary>
/// Which versions are wanted (CEP 29): <c>==1.2</c>, <c>&gt;=1,&lt;2|&gt;=3</c>, <c>1.8.*</c>, <c>~=1.4</c>, <c>!=1.5.*</c>, <c>*.7</c>, <c>^1\.[0-9]$</c>.
/// A comma binds tighter than a bar; parentheses are allowed. Two constraints are equal when they mean the same by their form (<c>1.8*</c> and <c>1.8.*</c>).
/// </summary>
public sealed class VersionConstraint : IEquatable<VersionConstraint>
{
    private readonly VersionTerm _term;

    internal VersionConstraint(string text, VersionTerm term)
    {
        Text = text;
        _term = term;
    }

    /// <summary>Every version.</summary>
    public static VersionConstraint Any { get; } = new("*", AnyVersionTerm.Instance);

    /// <summary>As it was written, without spaces.</summary>
    public string Text { get; }

    /// <summary>It leaves every version.</summary>
    public bool IsAny => _term is AnyVersionTerm;

    /// <summary>The one version it wants (<c>1.2</c>, <c>==1.2</c>), or null.</summary>
    public CondaVersion? Exact => _term is ComparedTerm { Operator: VersionOperator.Equal } equal ? equal.Version : null;

    /// <summary>Reads a constraint.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static VersionConstraint Parse(string text, ParseMode mode) =>
        TryParse(text, mode, out VersionConstraint? constraint, out string? problem) ? constraint : throw new FormatException(problem);

    /// <summary>Reads a constraint; empty text is <see cref="Any"/>. <paramref name="problem"/> is a whole sentence.</summary>
    public static bool TryParse(string text, ParseMode mode, [NotNullWhen(true)] out VersionConstraint? constraint, out string? problem)
    {
        (VersionTerm? term, problem) = VersionConstraintParser.Parse(text, mode);
        constraint = term is null ? null : new VersionConstraint(WithoutSpaces(text), term);
        return constraint is not null;
    }

    /// <summary>Everything inside <c>version.*</c>, as <c>pkg=version</c> asks.</summary>
    public static VersionConstraint Within(CondaVersion version) => new(version.Text + ".*", new PrefixTerm(version));

    public bool Matches(CondaVersion version) => _term.Matches(version);

    /// <inheritdoc/>
    public bool Equals(VersionConstraint? other) => other is not null && _term.Equals(other._term);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VersionConstraint);

    /// <inheritdoc/>
    public override int GetHashCode() => _term.GetHashCode();

    public override string ToString() => Text;

    private static string WithoutSpaces(string text) => text.AsSpan().ContainsAny(' ', '\t') ? text.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal) : text;
}
