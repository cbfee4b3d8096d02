using System.Collections.Concurrent;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Files;

namespace Slipway.Environments.Builds;

/// <summary>Wheels and source distributions that are files of the repository, which may lie nowhere on this machine: each is brought into the cache of archives.</summary>
/// <param name="files">The repository.</param>
/// <param name="archives">The cache.</param>
internal sealed class RepositoryFiles(IProjectFiles files, ArchiveCache archives)
{
    private readonly ConcurrentDictionary<string, (string Path, ArchiveSource Source)> _brought = new(StringComparer.Ordinal);

    /// <summary>Brings a file here.</summary>
    /// <param name="path">Its path in the repository.</param>
    /// <param name="hashes">What it must be; none: whatever it is.</param>
    /// <param name="folder">An empty folder of this command, for a copy.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Where the copy is, with its size and sha256.</returns>
    /// <exception cref="DiagnosticException">It is not there, or another one than expected.</exception>
    public async Task<ArchiveSource> BringAsync(string path, IReadOnlyList<ArchiveHash> hashes, string folder, CancellationToken cancellationToken)
    {
        string copy = Path.Combine(folder, path[(path.LastIndexOf('/') + 1)..]);
        await using (Stream from = files.Open(path) ?? throw new DiagnosticException("package-missing", $"There is no file {path} in the repository.", "Put it there, or lock again without it."))
        {
            await using FileStream to = File.Create(copy);
            await from.CopyToAsync(to, cancellationToken);
        }

        ArchiveSource source = AddressedFile.Of(new Uri(copy).AbsoluteUri, mayBeHere: true) with { Hashes = hashes, Announcer = "lock" };
        CachedArchive cached = await archives.GetAsync(source, static _ => { }, cancellationToken);
        source = source with { Size = new FileInfo(copy).Length, Hashes = [new ArchiveHash(ArchiveHashKind.Sha256, cached.Digest.Hex)] };
        _brought[source.Url] = (path, source);
        return source;
    }

    /// <summary>What was brought, by the address of its copy; null when the address is another one.</summary>
    public (string Path, ArchiveSource Source)? Find(string url) => _brought.TryGetValue(url.Split('#')[0], out (string, ArchiveSource) found) ? found : null;
}
