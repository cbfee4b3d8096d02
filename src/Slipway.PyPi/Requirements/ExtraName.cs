using System.Diagnostics.CodeAnalysis;

namespace Slipway.PyPi.Requirements;

/// <summary>The name of an extra in its normal form (PEP 685), which is that of project names.</summary>
public readonly record struct ExtraName : IComparable<ExtraName>
{
    private ExtraName(string value) => Value = value;

    public string Value { get; }

    public static bool operator <(ExtraName left, ExtraName right) => left.CompareTo(right) < 0;

    public static bool operator <=(ExtraName left, ExtraName right) => left.CompareTo(right) <= 0;

    public static bool operator >(ExtraName left, ExtraName right) => left.CompareTo(right) > 0;

    public static bool operator >=(ExtraName left, ExtraName right) => left.CompareTo(right) >= 0;

    /// <exception cref="FormatException">It is no name.</exception>
    public static ExtraName Parse(string text) => TryParse(text, out ExtraName name) ? name
        : throw new FormatException($"\"{text}\" is not the name of an extra: ASCII letters, digits and . _ - are allowed, with a letter or digit at both ends");

    public static bool TryParse([NotNullWhen(true)] string? text, out ExtraName name)
    {
        string? normal = text is null ? null : NormalName.Of(text);
        name = normal is null ? default : new ExtraName(normal);
        return normal is not null;
    }

    /// <summary>In the order of the characters' codes.</summary>
    public int CompareTo(ExtraName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
