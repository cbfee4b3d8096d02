using Slipway.Packages.Archives;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Indexes;

/// <summary>A file of a project as an index announces it: a wheel or a source distribution whose name was found to be one.</summary>
public sealed record IndexFile
{
    /// <summary>Its name, without any path.</summary>
    public required string FileName { get; init; }

    /// <summary>Where it is, absolute, without user and password: https, http, or <c>file:</c> of a folder of this machine.</summary>
    public required string Url { get; init; }

    public required ProjectName Project { get; init; }

    public required PythonVersion Version { get; init; }

    /// <summary>The parts of its name when it is a wheel; null: it is a source distribution.</summary>
    public WheelFileName? Wheel { get; init; }

    /// <summary>Whether it is a source distribution.</summary>
    public bool IsSource => Wheel is null;

    /// <summary>Its digests as the index says them; none: it says none.</summary>
    public IReadOnlyList<ArchiveHash> Hashes { get; init; } = [];

    /// <summary>Its sha256 in small hexadecimal digits; null: the index does not say it.</summary>
    public string? Sha256 => Hashes.FirstOrDefault(h => h.Kind == ArchiveHashKind.Sha256)?.Hex;

    /// <summary>How many bytes it has (PEP 700); null: not said.</summary>
    public long? Size { get; init; }

    /// <summary>The Pythons it is for; null: all, or something that cannot be read, which installers take as all.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>When it came to the index (PEP 700); null: not said.</summary>
    public DateTimeOffset? UploadTime { get; init; }

    /// <summary>Why its owner took it back (PEP 592), perhaps empty; null: it is offered as ever.</summary>
    public string? Yanked { get; init; }

    public bool IsYanked => Yanked is not null;

    /// <summary>Whether its metadata can be had alone, behind its address with <c>.metadata</c> (PEP 658).</summary>
    public bool HasMetadata { get; init; }

    /// <summary>A digest of those metadata; null: the index does not say it.</summary>
    public ArchiveHash? MetadataHash { get; init; }

    /// <summary>The index that announces it, without user and password; a folder or page of <c>--find-links</c> likewise.</summary>
    public required string IndexUrl { get; init; }

    /// <summary>The place of its index in the order of preference, 0 first. Only where indexes are not merged but several are asked (<see cref="IndexStrategy.UnsafeFirstMatch"/>) files of one project differ in it.</summary>
    public int Priority { get; init; }

    /// <summary>What is asked of the cache of archives to have it here.</summary>
    public ArchiveSource ToArchiveSource() => new()
    {
        FileName = FileName,
        Url = Url,
        StoredName = Wheel is not null ? "package.whl" : FileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? "package.zip" : "package.tar.gz",
        Size = Size,
        Hashes = Hashes,
        Announcer = "index",
    };

    public override string ToString() => FileName;
}
