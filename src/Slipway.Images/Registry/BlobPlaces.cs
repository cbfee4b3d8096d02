using System.Security.Cryptography;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>
/// The places that one blob is asked for, each when the one before it has failed; the origin is the last. What mirrors gave is hashed on its way, because only so it can
/// be told who was wrong: the bytes are otherwise checked by whoever stores them, who does not know where they came from.
/// </summary>
internal sealed class BlobPlaces(RegistryRouter router, string repository, Digest blob) : IDisposable
{
    private readonly Queue<RegistryPlace> _mirrors = new(router.Mirrors(repository, byTag: false, blob));
    private readonly HashSet<RegistryPlace> _givers = [];
    private IncrementalHash? _hash;
    private RegistryTarget? _current;

    /// <summary>The place to ask now.</summary>
    /// <exception cref="DiagnosticException">It is blocked, or its certificates cannot be read.</exception>
    public RegistryTarget Current => _current ??= _mirrors.TryPeek(out RegistryPlace? mirror)
        ? new RegistryTarget(router.Connections.At(mirror), mirror.Repository, mirror)
        : router.Origin(repository);

    /// <summary>Whether there is another place after this one.</summary>
    public bool IsMirror => _mirrors.Count > 0;

    /// <summary>Goes on to the next place. That a mirror lacks the blob is no failure.</summary>
    public void MoveOn(Exception failure)
    {
        RegistryPlace mirror = _mirrors.Dequeue();
        _current = null;
        if ((failure as DiagnosticException)?.Diagnostics[0].Code != RegistryProblem.MissingBlob)
        {
            router.PassOver(mirror, repository, failure);
        }
    }

    /// <summary>Takes note of bytes that are given out.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_mirrors.TryPeek(out RegistryPlace? mirror))
        {
            _givers.Add(mirror);
            _hash ??= IncrementalHash.CreateHash(blob.Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);
        }

        _hash?.AppendData(bytes);
    }

    /// <summary>At the end of all bytes.</summary>
    /// <exception cref="BlobElsewhereException">They are not those of the digest, and some came from mirrors.</exception>
    public void Complete()
    {
        if (_hash is { } hash && Convert.ToHexStringLower(hash.GetHashAndReset()) != blob.Hex)
        {
            Refuse();
        }
    }

    /// <summary>Leaves out the mirrors that gave something, if any did.</summary>
    /// <exception cref="BlobElsewhereException">Some did.</exception>
    public void Refuse()
    {
        foreach (RegistryPlace mirror in _givers)
        {
            router.Refuse(mirror, repository, blob);
        }

        if (_givers.Count > 0)
        {
            throw new BlobElsewhereException($"{string.Join(" and ", _givers.Select(giver => giver.Name))} sent wrong bytes for {blob}.");
        }
    }

    public void Dispose() => _hash?.Dispose();
}
