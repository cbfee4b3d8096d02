using System.Diagnostics.CodeAnalysis;

namespace Slipway.PyPi.Files;

/// <summary>A hash of a file as Python's tools write it.</summary>
/// <param name="Algorithm">In lower case, as Python's hashlib names it: <c>sha256</c>.</param>
/// <param name="Value">The hash, hexadecimal, in lower case.</param>
public sealed record FileHash(string Algorithm, string Value) : IComparable<FileHash>
{
    /// <summary>The algorithms that pip trusts a file by.</summary>
    public static IReadOnlyList<string> Strong { get; } = ["sha256", "sha384", "sha512"];

    /// <summary>Whether a file may be trusted by it.</summary>
    public bool IsStrong => Strong.Contains(Algorithm);

    /// <summary>Whether it can be the hash of something: hexadecimal digits, as many as its algorithm has.</summary>
    public bool IsPlausible => Value.All(char.IsAsciiHexDigit) && Value.Length == Algorithm switch
    {
        "md5" => 32,
        "sha1" => 40,
        "sha224" => 56,
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => Value.Length,
    };

    /// <summary>Reads <c>sha256:…</c>; both parts must be there.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FileHash? hash)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        hash = colon > 0 && colon < text.Length - 1 ? new FileHash(text[..colon].ToLowerInvariant(), text[(colon + 1)..].ToLowerInvariant()) : null;
        return hash is not null;
    }

    public int CompareTo(FileHash? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public override string ToString() => $"{Algorithm}:{Value}";

    public static bool operator <(FileHash left, FileHash right) => left.CompareTo(right) < 0;

    public static bool operator <=(FileHash left, FileHash right) => left.CompareTo(right) <= 0;

    public static bool operator >(FileHash left, FileHash right) => left.CompareTo(right) > 0;

    public static bool operator >=(FileHash left, FileHash right) => left.CompareTo(right) >= 0;
}
