using System.Collections.Immutable;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>
/// Files to copy from, or to lay files over: a context folder, the snapshot of a stage, an unpacked archive.
/// Paths are relative to the tree's root, with <c>/</c> between names and none at the ends; the root is the empty path.
/// A tree does not change while a build reads it (a context folder that does is the user's race).
/// </summary>
public interface IFileTree
{
    /// <summary>
    /// What stands at the path, or null. No symbolic link is followed: the names before the last must be directories.
    /// </summary>
    ValueTask<FileNode?> FindAsync(string path, CancellationToken cancellationToken);

    /// <summary>The nodes of a directory in ordinal order of their names; empty when there is no such directory.</summary>
    ValueTask<IReadOnlyList<FileNode>> ListAsync(string directory, CancellationToken cancellationToken);

    /// <summary>The sha256 digest of a regular file's content.</summary>
    ValueTask<Digest> DigestAsync(FileNode file, CancellationToken cancellationToken);

    /// <summary>The content of a regular file.</summary>
    ValueTask<Stream> OpenAsync(FileNode file, CancellationToken cancellationToken);
}

/// <summary>One file, directory, link or device of a tree.</summary>
public sealed record FileNode
{
    public required string Path { get; init; }

    public required FileKind Kind { get; init; }

    /// <summary>The twelve permission bits.</summary>
    public required int Mode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>Bytes of a regular file; 0 for all else.</summary>
    public long Size { get; init; }

    /// <summary>Where a symbolic link points.</summary>
    public string? LinkTarget { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    public ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Xattrs { get; init; } =
        ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>Equal for the names of one file with several hard links; null for a file with one name.</summary>
    public string? HardLinkGroup { get; init; }

    /// <summary>The status a context file had when it was listed; the stat cache compares it.</summary>
    public FileStatus? Status { get; init; }

    /// <summary>The last name of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
