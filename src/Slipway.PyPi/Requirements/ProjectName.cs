using System.Diagnostics.CodeAnalysis;

namespace Slipway.PyPi.Requirements;

/// <summary>The name of a project in its normal form (PEP 503): lower case, runs of <c>-</c>, <c>_</c> and <c>.</c> as one <c>-</c>.</summary>
public readonly record struct ProjectName : IComparable<ProjectName>
{
    private ProjectName(string value) => Value = value;

    public string Value { get; }

    public static bool operator <(ProjectName left, ProjectName right) => left.CompareTo(right) < 0;

    public static bool operator <=(ProjectName left, ProjectName right) => left.CompareTo(right) <= 0;

    public static bool operator >(ProjectName left, ProjectName right) => left.CompareTo(right) > 0;

    public static bool operator >=(ProjectName left, ProjectName right) => left.CompareTo(right) >= 0;

    /// <exception cref="FormatException">It is no name.</exception>
    public static ProjectName Parse(string text) => TryParse(text, out ProjectName name) ? name
        : throw new FormatException($"\"{text}\" is not the name of a project: ASCII letters, digits and . _ - are allowed, with a letter or digit at both ends");

    public static bool TryParse([NotNullWhen(true)] string? text, out ProjectName name)
    {
        string? normal = text is null ? null : NormalName.Of(text);
        name = normal is null ? default : new ProjectName(normal);
        return normal is not null;
    }

    /// <summary>In the order of the characters' codes.</summary>
    public int CompareTo(ProjectName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
