using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Locks;

/// <summary>
/// One project in a lock (PEP 751, <c>[[packages]]</c>): exactly one of <see cref="Vcs"/>, <see cref="Directory"/> and <see cref="Archive"/>, or else a source distribution, wheels, or both.
/// The same project may be there several times with markers that exclude each other.
/// </summary>
public sealed record LockedDistribution
{
    /// <summary>The project.</summary>
    public required ProjectName Name { get; init; }

    /// <summary>Its version; null when it may change with its source.</summary>
    public PythonVersion? Version { get; init; }

    /// <summary>Where it is wanted; null: everywhere. It may ask for extras and dependency groups.</summary>
    public Marker? Marker { get; init; }

    /// <summary>The Pythons it is for; null: all.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>What it needs among the locked; for people and tools, an installer takes nothing from it.</summary>
    public IReadOnlyList<LockedDependency> Dependencies { get; init; } = [];

    /// <summary>The index its files come from; null: none, or not said.</summary>
    public string? Index { get; init; }

    /// <summary>A commit of a repository.</summary>
    public LockedRepository? Vcs { get; init; }

    /// <summary>A folder.</summary>
    public LockedDirectory? Directory { get; init; }

    /// <summary>A file that was asked for by its address or path.</summary>
    public LockedFile? Archive { get; init; }

    /// <summary>The source distribution of an index.</summary>
    public LockedFile? Sdist { get; init; }

    /// <summary>The wheels of an index.</summary>
    public IReadOnlyList<LockedFile> Wheels { get; init; } = [];

    /// <summary>The extras that were asked of it. PEP 751 has no place for them; a requirements file has.</summary>
    public IReadOnlyList<ExtraName> Extras { get; init; } = [];

    /// <summary>Whether the project or a file asks for it itself.</summary>
    public bool IsDirect { get; init; }

    /// <summary>The files that ask for it, for the comments of a requirements file: <c>-r requirements.in</c>.</summary>
    public IReadOnlyList<string> AskedBy { get; init; } = [];

    /// <summary>All its files.</summary>
    public IEnumerable<LockedFile> Files => new[] { Archive, Sdist }.OfType<LockedFile>().Concat(Wheels);

    public override string ToString() => Version is null ? Name.Value : $"{Name} {Version}";
}

/// <summary>What a locked project needs; together enough to find it among the others.</summary>
public sealed record LockedDependency(ProjectName Name, PythonVersion? Version = null, Marker? Marker = null, IReadOnlyList<ExtraName>? Extras = null);

/// <summary>A file of a lock.</summary>
public sealed record LockedFile
{
    /// <summary>Its name when it is not the last part of its path or address.</summary>
    public string? WrittenName { get; init; }

    /// <summary>Where to get it; null when it is a path, or to be looked for on an index. Credentials are not written.</summary>
    public string? Url { get; init; }

    /// <summary>Where it lies, seen from the lock; null when it has an address.</summary>
    public string? Path { get; init; }

    /// <summary>How many bytes it has; null: not said.</summary>
    public long? Size { get; init; }

    /// <summary>When it came to its index.</summary>
    public DateTimeOffset? UploadTime { get; init; }

    /// <summary>At least one.</summary>
    public IReadOnlyList<FileHash> Hashes { get; init; } = [];

    /// <summary>The folder within an archive that holds the project; null: its root.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Its name: as written, else the last part of its path, else of its address.</summary>
    public string FileName => WrittenName ?? NameOf(Path, Url);

    /// <summary>Its parts when it is a wheel.</summary>
    public WheelFileName? Wheel => WheelFileName.TryParse(FileName, out WheelFileName? wheel) ? wheel : null;

    /// <summary>The last part of a path, else of an address; a path may have been written on Windows.</summary>
    internal static string NameOf(string? path, string? url)
    {
        if (path is not null)
        {
            return path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
        }

        string plain = (url ?? "").Split('?', '#')[0];
        return Uri.UnescapeDataString(plain[(plain.LastIndexOf('/') + 1)..]);
    }
}

/// <summary>A commit of a repository.</summary>
public sealed record LockedRepository
{
    /// <summary>The system: <c>git</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The repository's address; null when it is a path. Credentials are not written.</summary>
    public string? Url { get; init; }

    /// <summary>The repository's folder, seen from the lock.</summary>
    public string? Path { get; init; }

    /// <summary>The branch or tag that was asked for.</summary>
    public string? RequestedRevision { get; init; }

    /// <summary>The commit.</summary>
    public required string CommitId { get; init; }

    /// <summary>The folder within it that holds the project; null: its root.</summary>
    public string? Subdirectory { get; init; }
}

/// <summary>A folder with a project.</summary>
public sealed record LockedDirectory
{
    /// <summary>Where it lies, seen from the lock.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it is wanted as a link.</summary>
    public bool IsEditable { get; init; }

    /// <summary>The folder within it that holds the project; null: itself.</summary>
    public string? Subdirectory { get; init; }
}
