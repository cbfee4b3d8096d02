using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Slipway.PyPi.Wheels;

/// <summary>A digest as RECORD files write it. Wheels must have sha256 or better (the wheel specification, "Signed wheel files").</summary>
/// <param name="Algorithm">sha256, sha384 or sha512; sha1 and md5, which are known but too weak.</param>
/// <param name="Digest">Its bytes.</param>
public sealed record RecordHash(HashAlgorithmName Algorithm, ReadOnlyMemory<byte> Digest)
{
    /// <summary>Whether it may be relied upon.</summary>
    public bool IsStrong => Algorithm == HashAlgorithmName.SHA256 || Algorithm == HashAlgorithmName.SHA384 || Algorithm == HashAlgorithmName.SHA512;

    /// <summary>Reads <c>sha256=…</c>; false for an algorithm that is not known and for what is no digest of its length.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RecordHash? hash)
    {
        hash = null;
        int at = text.IndexOf('=', StringComparison.Ordinal);
        if (at < 0 || Known(text[..at]) is not { } known)
        {
            return false;
        }

        byte[] digest = new byte[known.Length];
        if (!Base64Url.TryDecodeFromChars(text.AsSpan(at + 1).TrimEnd('='), digest, out int written) || written != known.Length)
        {
            return false;
        }

        hash = new RecordHash(known.Algorithm, digest);
        return true;
    }

    /// <summary>Begins to compute such a digest.</summary>
    public IncrementalHash Begin() => IncrementalHash.CreateHash(Algorithm);

    /// <summary>Whether a computed digest is this one.</summary>
    public bool Matches(ReadOnlySpan<byte> digest) => Digest.Span.SequenceEqual(digest);

    private static (HashAlgorithmName Algorithm, int Length)? Known(string name) => name switch
    {
        "sha256" => (HashAlgorithmName.SHA256, 32),
        "sha384" => (HashAlgorithmName.SHA384, 48),
        "sha512" => (HashAlgorithmName.SHA512, 64),
        "sha1" => (HashAlgorithmName.SHA1, 20),
        "md5" => (HashAlgorithmName.MD5, 16),
        _ => null,
    };
}
