using System.Collections.Immutable;
using Slipway.Conda.Records;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Packages.Archives;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Wheels;

namespace Slipway.Environments.Locking;

/// <summary>The exact packages and base images that a recipe came to, for each platform: <c>slipway.lock</c>.</summary>
/// <param name="Platforms">In the order of their names.</param>
public sealed record EnvironmentLock(ImmutableArray<PlatformLock> Platforms)
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "slipway.lock";

    /// <summary>What is locked for a platform; null when nothing is.</summary>
    public PlatformLock? Find(Platform platform) => Platforms.FirstOrDefault(locked => locked.Platform.Equals(platform.ToString(), StringComparison.Ordinal));

    /// <summary>This lock with another state of one platform.</summary>
    public EnvironmentLock With(PlatformLock changed) =>
        new([.. Platforms.Where(locked => locked.Platform != changed.Platform).Append(changed).OrderBy(locked => locked.Platform, StringComparer.Ordinal)]);
}

/// <summary>The lock of one platform.</summary>
public sealed record PlatformLock
{
    /// <summary>As <c>linux/amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>Names what was asked for; a recipe that asks for the same has the same.</summary>
    public required Digest Recipe { get; init; }

    /// <summary>The base image as it was named.</summary>
    public required string Base { get; init; }

    /// <summary>The digest of its manifest for this platform.</summary>
    public required Digest BaseDigest { get; init; }

    /// <summary>The version of the base's C library that packages were chosen for, as <c>glibc 2.36</c>.</summary>
    public string LibC { get; init; } = "";

    /// <summary>The version of the rules by which files are left out of packages; null when none are.</summary>
    public string? Slim { get; init; }

    /// <summary>Packages of the base system that are installed besides, in the order of their names.</summary>
    public ImmutableArray<LockedAptPackage> Apt { get; init; } = [];

    /// <summary>In the order of their names.</summary>
    public ImmutableArray<LockedCondaPackage> Conda { get; init; } = [];

    /// <summary>In the order of their names.</summary>
    public ImmutableArray<LockedPythonPackage> Python { get; init; } = [];

    /// <summary>Projects of the repository that are built and installed, in the order of their folders.</summary>
    public ImmutableArray<LockedProject> Projects { get; init; } = [];

    /// <summary>Whether anything of Python is installed besides conda's packages.</summary>
    public bool HasPython => !Python.IsEmpty || !Projects.IsEmpty;
}

/// <summary>A package of the base system.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version.</param>
/// <param name="Sha256">Of its archive, 64 hexadecimal digits.</param>
/// <param name="Size">Bytes of its archive.</param>
/// <param name="IsRequested">Whether it was asked for by name; else another one needs it.</param>
public sealed record LockedAptPackage(string Name, string Version, string Sha256, long Size, bool IsRequested);

/// <summary>A conda package.</summary>
/// <param name="Record">What its channel says of it, as far as the environment's own record needs it.</param>
/// <param name="Requested">The specs that asked for it; empty when only other packages need it.</param>
/// <param name="Layer">The name of the layer it is in.</param>
public sealed record LockedCondaPackage(PackageRecord Record, ImmutableArray<string> Requested, string Layer);

/// <summary>A project of the repository. Its files are not locked, so that editing them leaves the lock as it is; what they need is.</summary>
/// <param name="Name">Its normal name.</param>
/// <param name="Folder">Its folder, relative to the repository; empty for the repository itself.</param>
/// <param name="BuiltWith">The wheels that it is built with, by their files' names.</param>
public sealed record LockedProject(string Name, string Folder, ImmutableArray<LockedPythonPackage> BuiltWith)
{
    /// <summary>The extras that were asked for.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];
}

/// <summary>A Python distribution.</summary>
public sealed record LockedPythonPackage
{
    /// <summary>Begins <see cref="Url"/> of a file of the recipe's repository.</summary>
    internal const string Here = "./";

    /// <summary>Its normal name.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>Where its file is, without credentials; <c>./</c> and its path if it is a file of the recipe's repository; of a repository of its own the address of the commit, as requirements have it (<c>git+https://…@commit</c>).</summary>
    public required string Url { get; init; }

    /// <summary>The file's name; empty for a commit.</summary>
    public required string FileName { get; init; }

    /// <summary>Whether it was asked for by its address, which the image says then.</summary>
    public bool IsDirect { get; init; }

    /// <summary>The branch or tag that was asked for, of a repository; null: none.</summary>
    public string? Revision { get; init; }

    /// <summary>The folder of the project in the archive; null: its root. Of a commit it stands in <see cref="Url"/>.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>What asks for it by its address, in the language of requirements: <c>name @ url</c>.</summary>
    internal string Requirement => $"{Name} @ {Url}{(Subdirectory is null ? "" : "#subdirectory=" + Subdirectory)}";

    /// <summary>The repository and commit; null when it is a file.</summary>
    public (RepositoryAddress Address, string Commit)? Repository =>
        FileName.Length == 0 && RepositoryAddress.TryParse(Url, out RepositoryAddress? address) && address.Revision is { } commit ? (address with { Revision = Revision }, commit) : null;

    /// <summary>Its path in the recipe's repository; null when it comes from elsewhere.</summary>
    public string? LocalPath => Url.StartsWith(Here, StringComparison.Ordinal) ? Url[Here.Length..] : null;

    /// <summary>What the image says of its origin (PEP 610); null for a file of an index.</summary>
    /// <param name="project">Where the repository's files are in the image.</param>
    public DirectUrl? OriginIn(string project) =>
        Repository is { } repository ? repository.Address.ToDirectUrl(repository.Commit) : !IsDirect ? null : DirectUrl.Archive(LocalPath is { } path ? new Uri($"{project}/{path}").AbsoluteUri : Url, Sha256!, Subdirectory);

    /// <summary>64 hexadecimal digits; null for a project that is built from its folder.</summary>
    public string? Sha256 { get; init; }

    public long? Size { get; init; }

    /// <summary>The wheels that it is built with, when <see cref="FileName"/> is a source distribution; by their files' names.</summary>
    public ImmutableArray<LockedPythonPackage> BuiltWith { get; init; } = [];

    /// <summary>Whether its wheel has to be built.</summary>
    public bool IsSource => !FileName.EndsWith(".whl", StringComparison.Ordinal);

    /// <summary>The names of those it needs here.</summary>
    public ImmutableArray<string> Requires { get; init; } = [];

    /// <summary>Whether it was asked for by name.</summary>
    public bool IsRequested { get; init; }

    /// <summary>The name of the layer it is in.</summary>
    public string Layer { get; init; } = "";

    /// <summary>Its file as the cache of archives is asked for it.</summary>
    public ArchiveSource ToArchiveSource() => new()
    {
        FileName = FileName,
        Url = Url,
        StoredName = !IsSource ? "package.whl" : FileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? "package.zip" : "package.tar.gz",
        Size = Size,
        Hashes = [ArchiveHash.TryCreate("sha256", Sha256!)!],
        Announcer = "lock",
    };
}
