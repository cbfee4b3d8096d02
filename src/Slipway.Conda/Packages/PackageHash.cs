using System.Security.Cryptography;
using Slipway.Conda.Records;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Packages;

/// <summary>Compares the bytes of a package, as they come, with what its channel says of them: size and sha256, or md5 where old channels have nothing better.</summary>
internal sealed class PackageHash(PackageRecord package) : IDisposable
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

#pragma warning disable CA5351 // MD5: not for safety, but because it is all that old channels and lists say
    private readonly IncrementalHash? _md5 = package is { Md5: not null, Sha256: null } ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
#pragma warning restore CA5351

    private long _length;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _md5?.AppendData(bytes);
        _length += bytes.Length;
    }

    /// <summary>The digest of all bytes.</summary>
    /// <exception cref="DiagnosticException">They are not those that the channel says.</exception>
    internal Digest Check()
    {
        var digest = Digest.FromSha256(_sha256.GetHashAndReset());
        string? md5 = _md5 is null ? null : Convert.ToHexStringLower(_md5.GetHashAndReset());
        return package.Size is { } size && size != _length ? throw Mismatch(package, $"it has {_length} bytes, and its channel says {size}")
            : package.Sha256 is { } sha256 && !string.Equals(sha256, digest.Hex, StringComparison.OrdinalIgnoreCase) ? throw Mismatch(package, $"its sha256 is {digest.Hex}, and its channel says {sha256}")
            : md5 is not null && !string.Equals(package.Md5, md5, StringComparison.OrdinalIgnoreCase) ? throw Mismatch(package, $"its md5 is {md5}, and its channel says {package.Md5}")
            : digest;
    }

    internal static DiagnosticException Mismatch(PackageRecord package, string what) => new(
        "hash-mismatch", $"The package {package.FileName} is not the one that its channel announces: {what}.",
        "Nothing of it was kept. Try again; if it stays so, the channel or a mirror of it is broken, or somebody has exchanged the package.");

    public void Dispose()
    {
        _sha256.Dispose();
        _md5?.Dispose();
    }
}
