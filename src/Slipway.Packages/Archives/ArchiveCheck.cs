using System.Security.Cryptography;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;

namespace Slipway.Packages.Archives;

/// <summary>Compares the bytes of an archive, as they come, with what is announced of them: size and digests.</summary>
internal sealed class ArchiveCheck : IDisposable
{
    private readonly ArchiveSource _source;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(ArchiveHash Expected, IncrementalHash Hash)> _others = [];
    private long _length;

    internal ArchiveCheck(ArchiveSource source)
    {
        _source = source;
        foreach (ArchiveHash hash in Counting(source).Where(hash => hash.Kind != ArchiveHashKind.Sha256))
        {
            _others.Add((hash, Create(hash.Kind)));
        }
    }

    /// <summary>The announced digests that have to fit.</summary>
    internal static IEnumerable<ArchiveHash> Counting(ArchiveSource source) => source.Hashes.Any(hash => hash.IsStrong) ? source.Hashes.Where(hash => hash.IsStrong) : source.Hashes;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        foreach ((_, IncrementalHash hash) in _others)
        {
            hash.AppendData(bytes);
        }

        _length += bytes.Length;
    }

    /// <summary>The digest of all bytes.</summary>
    /// <exception cref="DiagnosticException">They are not those that are announced.</exception>
    internal Digest Check()
    {
        var digest = Digest.FromSha256(_sha256.GetHashAndReset());
        if (_source.Size is { } size && size != _length)
        {
            throw Mismatch(_source, $"it has {_length} bytes, and its {_source.Announcer} says {size}");
        }

        if (_source.Hashes.FirstOrDefault(hash => hash.Kind == ArchiveHashKind.Sha256 && hash.Hex != digest.Hex) is { } sha256)
        {
            throw Mismatch(_source, $"its sha256 is {digest.Hex}, and its {_source.Announcer} says {sha256.Hex}");
        }

        foreach ((ArchiveHash expected, IncrementalHash hash) in _others)
        {
            string actual = Convert.ToHexStringLower(hash.GetHashAndReset());
            _ = actual == expected.Hex ? true : throw Mismatch(_source, $"its {expected.Name} is {actual}, and its {_source.Announcer} says {expected.Hex}");
        }

        return digest;
    }

    internal static DiagnosticException Mismatch(ArchiveSource source, string what) => new(
        "hash-mismatch", $"The package {source.FileName} is not the one that its {source.Announcer} announces: {what}.",
        $"Nothing of it was kept. Try again; if it stays so, the {source.Announcer} or a mirror of it is broken, or somebody has exchanged the package.");

    public void Dispose()
    {
        _sha256.Dispose();
        foreach ((_, IncrementalHash hash) in _others)
        {
            hash.Dispose();
        }
    }

    private static IncrementalHash Create(ArchiveHashKind kind) => kind switch
    {
        ArchiveHashKind.Sha512 => IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
        ArchiveHashKind.Sha384 => IncrementalHash.CreateHash(HashAlgorithmName.SHA384),
#pragma warning disable CA5350, CA5351 // SHA-1 and MD5: not for safety, but because it is all that some old channels and lists say
        ArchiveHashKind.Sha1 => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
        ArchiveHashKind.Md5 => IncrementalHash.CreateHash(HashAlgorithmName.MD5),
#pragma warning restore CA5350, CA5351
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not computed here"),
    };
}
