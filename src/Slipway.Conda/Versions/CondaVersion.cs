using System.Diagnostics.CodeAnalysis;

namespace Slipway.Conda.Versions;

/// <summary>
/// A version of a conda package (CEP 33). Ordered; equal versions may be written differently (<c>1.0</c>, <c>1.0.0</c>, <c>1.0RC</c>, <c>1.0rc</c>).
/// Runs of digits may be of any length, also those longer than the CEP's 2³¹−1 that real channels hold.
/// </summary>
public sealed class CondaVersion : IComparable<CondaVersion>, IEquatable<CondaVersion>
{
    private readonly byte[] _key;
    private readonly string _lower;

    private CondaVersion(string text, string lower, byte[] key)
    {
        Text = text;
        _lower = lower;
        _key = key;
    }

    /// <summary>As it was written, without white space around it.</summary>
    public string Text { get; }

    public static bool operator ==(CondaVersion? left, CondaVersion? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(CondaVersion? left, CondaVersion? right) => !(left == right);

    public static bool operator <(CondaVersion left, CondaVersion right) => left.CompareTo(right) < 0;

    public static bool operator <=(CondaVersion left, CondaVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >(CondaVersion left, CondaVersion right) => left.CompareTo(right) > 0;

    public static bool operator >=(CondaVersion left, CondaVersion right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a version.</summary>
    /// <exception cref="FormatException">It is no version; the message says why.</exception>
    public static CondaVersion Parse(string text) =>
        TryParse(text, out CondaVersion? version, out string? problem) ? version : throw new FormatException($"\"{text}\" is not a version: {problem}");

    /// <summary>Reads a version; white space around it does not matter.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out CondaVersion? version) =>
        TryParse(text, out version, out _);

    /// <summary>Reads a version; <paramref name="problem"/> says in half a sentence why it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out CondaVersion? version, out string? problem) =>
        TryParse(text, allowStars: false, out version, out problem);

    /// <inheritdoc/>
    public int CompareTo(CondaVersion? other) => other is null ? 1 : _key.AsSpan().SequenceCompareTo(other._key);

    /// <inheritdoc/>
    public bool Equals(CondaVersion? other) => other is not null && _key.AsSpan().SequenceEqual(other._key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CondaVersion);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_key);
        return hash.ToHashCode();
    }

    /// <summary>
    /// Whether this is inside <c>prefix.*</c>: all segments of the prefix but the last are equal, and the last is equal run by run,
    /// where a word at its very end need only be the beginning of this version's word. A prefix with a local part compares the local parts so, and all of the rest.
    /// </summary>
    public bool StartsWith(CondaVersion prefix) => VersionPrefix.Covers(_lower, prefix._lower);

    public override string ToString() => Text;

    /// <summary>As <see cref="TryParse(string?, out CondaVersion?, out string?)"/>, also with the stars that constraints may contain.</summary>
    internal static bool TryParse([NotNullWhen(true)] string? text, bool allowStars, [NotNullWhen(true)] out CondaVersion? version, out string? problem)
    {
        version = null;
        string trimmed = (text ?? "").Trim();
        string lower = trimmed.ToLowerInvariant(); // the same object when nothing changes
        if (!VersionLexer.TryCreate(lower, allowStars, out VersionLexer lexer, out problem))
        {
            return false;
        }

        version = new CondaVersion(trimmed, lower, VersionKey.Build(lexer, lower));
        return true;
    }
}
