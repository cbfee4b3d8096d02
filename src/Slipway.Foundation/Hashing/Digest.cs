using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Foundation.Hashing;

/// <summary>
/// A content digest in the OCI form <c>algorithm:hex</c> (OCI image-spec, descriptor.md#digests).
/// Slipway computes sha256 only; sha512 digests written by others can be parsed and verified.
/// </summary>
public readonly record struct Digest : IComparable<Digest>
{
    private readonly string? _text;

    private Digest(string text) => _text = text;

    /// <summary>Whether this is the default value, which names nothing.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>The algorithm, in lower case: <c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm => Text[..Text.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The hash in lower-case hexadecimal.</summary>
    public string Hex => Text[(Text.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The first twelve hexadecimal digits, as people read them.</summary>
    public string Short => Hex[..12];

    private string Text => _text ?? throw new InvalidOperationException("The digest is empty.");

    /// <summary>Reads <c>sha256:…</c> or <c>sha512:…</c>; anything else, upper-case hex included, is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null)
        {
            return false;
        }

        int hexLength = text.StartsWith("sha256:", StringComparison.Ordinal) ? 64
            : text.StartsWith("sha512:", StringComparison.Ordinal) ? 128 : -1;
        if (hexLength < 0 || text.Length != 7 + hexLength)
        {
            return false;
        }

        foreach (char c in text.AsSpan(7))
        {
            if (!char.IsAsciiHexDigitLower(c))
            {
                return false;
            }
        }

        digest = new Digest(text);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is not a digest.</exception>
    public static Digest Parse(string text) => TryParse(text, out Digest digest)
        ? digest
        : throw new FormatException($"'{text}' is not a digest; expected sha256: and 64 lower-case hexadecimal digits.");

    /// <summary>The digest whose sha256 hash is the given 32 bytes.</summary>
    public static Digest FromSha256(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, SHA256.HashSizeInBytes);
        return new Digest("sha256:" + Convert.ToHexStringLower(hash));
    }

    /// <summary>The sha256 digest of the bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return FromSha256(hash);
    }

    /// <summary>The sha256 digest of the text in UTF-8.</summary>
    public static Digest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The sha256 digest of the rest of the stream.</summary>
    public static async Task<Digest> OfAsync(Stream content, CancellationToken cancellationToken) =>
        FromSha256(await SHA256.HashDataAsync(content, cancellationToken));

    public int CompareTo(Digest other) => string.CompareOrdinal(_text, other._text);

    public override string ToString() => _text ?? "";

    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
