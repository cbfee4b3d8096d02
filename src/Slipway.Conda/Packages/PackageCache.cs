using Microsoft.Win32.SafeHandles;
using Slipway.Conda.Records;
using Slipway.Foundation.Files;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;

namespace Slipway.Conda.Packages;

/// <summary>Conda packages on this machine: the cache of archives, asked by what channels say of packages.</summary>
/// <param name="root">The folder, made if need be: <c>packages-v1</c> of the store.</param>
/// <param name="http">Sends the requests to an address, patiently.</param>
/// <param name="authorize">Puts into a request what the channel wants to see: a header, a token in the address.</param>
public sealed class PackageCache(string root, Func<Uri, HttpPolicy> http, Action<HttpRequestMessage> authorize)
{
    private readonly ArchiveCache _archives = new(root, http, authorize);

    /// <summary>Where to ask for an address, in this order: mirrors, and the address itself if it is to be asked.</summary>
    public Func<Uri, IReadOnlyList<Uri>> PlacesOf
    {
        get => _archives.PlacesOf;
        init => _archives = new ArchiveCache(root, http, authorize) { PlacesOf = value };
    }

    /// <summary>The cache itself, for what has nothing to do with conda.</summary>
    public ArchiveCache Archives => _archives;

    /// <summary>The folder of the cache in a store.</summary>
    public static string RootIn(string store) => ArchiveCache.RootIn(store);

    /// <summary>The package's archive if it is here.</summary>
    public CachedArchive? Find(PackageRecord package) => _archives.Find(SourceOf(package));

    /// <summary>The package's archive, brought here if it is not.</summary>
    /// <param name="package">What its channel says of it; its address may be of HTTP, <c>file:</c>, or a path.</param>
    /// <param name="moved">Is told of all bytes that come.</param>
    /// <param name="cancellationToken">Stops; what has come is kept, and the next download goes on there.</param>
    /// <exception cref="DiagnosticException">It cannot be had, or its bytes are not those that its channel announces; nothing of them is kept.</exception>
    public Task<CachedArchive> GetAsync(PackageRecord package, Action<int> moved, CancellationToken cancellationToken) =>
        GetAsync(package, moved, null, cancellationToken);

    /// <param name="along">Is given the archive while it comes, unless it is here already: reads along on a thread of its own.</param>
    internal Task<CachedArchive> GetAsync(PackageRecord package, Action<int> moved, Action<SafeFileHandle, FileGrowth>? along, CancellationToken cancellationToken) =>
        _archives.GetAsync(SourceOf(package), moved, along, cancellationToken);

    /// <summary>What a channel announces of a package's archive.</summary>
    /// <exception cref="DiagnosticException">The file's name has neither of the two endings.</exception>
    public static ArchiveSource SourceOf(PackageRecord package) => new()
    {
        FileName = package.FileName,
        Url = package.Url,
        StoredName = PackageFormats.Of(package.FileName) == PackageFormat.Conda ? "package.conda" : "package.tar.bz2",
        Size = package.Size,
        Hashes = package switch
        {
            { Sha256: { } sha256 } => [Hash(ArchiveHashKind.Sha256, sha256)],
            { Md5: { } md5 } => [Hash(ArchiveHashKind.Md5, md5)],
            _ => [],
        },
        Announcer = "channel",
    };

    // Whatever is announced counts: a digest that has not the form of one is met by no file.
    private static ArchiveHash Hash(ArchiveHashKind kind, string hex) => new(kind, hex.ToLowerInvariant());
}
