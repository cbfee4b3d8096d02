using Slipway.Foundation.Hashing;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Builds;

/// <summary>Something to be built: an unpacked source distribution, a copy of a folder, a checked-out commit.</summary>
public sealed record BuildSource
{
    /// <summary>What it is, for messages: a file's name, an address without secrets, a folder.</summary>
    public required string Name { get; init; }

    /// <summary>Names its content: the sha256 of the archive, <see cref="SourceTree.DigestOf"/>, a repository and its commit.</summary>
    public required Digest Identity { get; init; }

    /// <summary>Puts the project into an empty folder and returns the folder that it is in then; only asked when something must be built. The build may write there.</summary>
    public required Func<string, CancellationToken, Task<string>> Unpack { get; init; }

    /// <summary>The folder of the project below that; null: itself.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The project it must be; null: any.</summary>
    public ProjectName? Project { get; init; }

    /// <summary>The version it must be; null: any.</summary>
    public PythonVersion? Version { get; init; }

    /// <summary>Gives the wheels of its build that were chosen beforehand, as a lock has them; null: they are chosen when it is built.</summary>
    public BuildWheelSolver? Wheels { get; init; }

    /// <summary>What the user tells the backend (PEP 517, <c>config_settings</c>).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Settings { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>A source distribution in the cache.</summary>
    public static BuildSource Of(Packages.Archives.CachedArchive archive) => new()
    {
        Name = archive.FileName,
        Identity = archive.Digest,
        Unpack = (folder, token) => Packages.Contents.LongWork.RunAsync(() => SourceArchive.Extract(archive.FileName, archive.ArchivePath, folder, token), token),
    };

    /// <summary>A commit of a repository.</summary>
    public static BuildSource OfCommit(RepositoryAddress address, string commit, ISourceRepositories repositories) => new()
    {
        Name = address.ToString(),
        Identity = new KeyBuilder().Add("repository", address.Shown).Add("commit", commit).ToDigest(),
        Subdirectory = address.Subdirectory,
        Unpack = async (folder, token) =>
        {
            await repositories.CheckOutAsync(address, commit, folder, token);
            return folder;
        },
    };

    /// <summary>A folder of this machine, which stays as it is.</summary>
    public static BuildSource OfFolder(string folder, CancellationToken cancellationToken) => new()
    {
        Name = folder,
        Identity = SourceTree.DigestOf(folder, cancellationToken),
        Unpack = (target, token) => Packages.Contents.LongWork.RunAsync(() =>
        {
            SourceTree.Copy(folder, target, token);
            return target;
        }, token),
    };
}

/// <summary>A wheel that a build needs.</summary>
/// <param name="Wheel">The wheel; stays the giver's.</param>
/// <param name="Digest">Of its archive.</param>
/// <param name="Source">Where the archive came from.</param>
public sealed record BuildWheel(WheelArchive Wheel, Digest Digest, Packages.Archives.ArchiveSource Source);

/// <summary>Picks the wheels for what a build needs, with all that they need themselves; never builds these on the way, which could go on for ever.</summary>
public delegate Task<IReadOnlyList<BuildWheel>> BuildWheelSolver(IReadOnlyList<Requirement> requirements, CancellationToken cancellationToken);

/// <summary>A wheel that came of a build.</summary>
/// <param name="FileName">Its name.</param>
/// <param name="Path">Where it is kept.</param>
/// <param name="Digest">Of its bytes.</param>
/// <param name="LogPath">What the build printed.</param>
public sealed record BuiltWheel(string FileName, string Path, Digest Digest, string LogPath)
{
    /// <summary>What is asked of the cache of archives to install it.</summary>
    public Packages.Archives.ArchiveSource ToArchiveSource() => new()
    {
        FileName = FileName,
        Url = Path,
        StoredName = "package.whl",
        Hashes = [new Packages.Archives.ArchiveHash(Packages.Archives.ArchiveHashKind.Sha256, Digest.Hex)],
        Announcer = "build",
    };
}
