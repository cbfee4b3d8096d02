using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Security.Cryptography;
using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>
/// A folder of the user's disk as a build context, read in place: nothing is sent or copied beforehand. Files that the ignore
/// file hides are not there. Owners are root's and extended attributes are left out, because neither survives a checkout (dockerfile.md B2).
/// Each directory is listed once.
/// </summary>
public sealed class LocalContext : IBuildContext
{
    private readonly StatCache _stats;
    private readonly ConcurrentDictionary<string, IReadOnlyList<FileNode>> _listings = new();

    /// <param name="root">The folder, absolute.</param>
    /// <param name="ignore">What is hidden; null hides nothing.</param>
    /// <param name="stats">Remembers digests between builds.</param>
    public LocalContext(string root, IgnoreMatcher? ignore, StatCache stats) => (Root, Ignore, _stats) = (root, ignore, stats);

    public string Root { get; }

    public string Place => Root;

    public IgnoreMatcher? Ignore { get; }

    /// <summary>Whether a file is on the disk but hidden by the ignore file.</summary>
    public bool IsHidden(string path) => FileStatus.TryOf(FullPath(path), out _) && Ignore?.Matches(path) == true;

    /// <summary>Writes the stat cache.</summary>
    public void SaveStats() => _stats.Save();

    public string FullPath(string path) => path.Length == 0 ? Root : $"{Root}/{path}";

    public ValueTask<FileNode?> FindAsync(string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0)
        {
            return ValueTask.FromResult<FileNode?>(new FileNode { Path = "", Kind = FileKind.Directory, Mode = 0x1ED });
        }

        IReadOnlyList<FileNode> siblings = List(PathResolver.Parent(path));
        int low = 0, high = siblings.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(siblings[middle].Path, path);
            if (order == 0)
            {
                return ValueTask.FromResult<FileNode?>(siblings[middle]);
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ValueTask.FromResult<FileNode?>(null);
    }

    public ValueTask<IReadOnlyList<FileNode>> ListAsync(string directory, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(List(directory));
    }

    public async ValueTask<Digest> DigestAsync(FileNode file, CancellationToken cancellationToken)
    {
        FileStatus status = file.Status ?? FileStatus.Of(FullPath(file.Path));
        if (_stats.TryGet(file.Path, status, out Digest known))
        {
            return known;
        }

        DateTimeOffset began = _stats.Now;
        await using FileStream stream = OpenFile(file);
        byte[] hash = await SHA256.HashDataAsync(stream, cancellationToken);
        Digest digest = Digest.FromSha256(hash);
        _stats.Put(file.Path, status, digest, began);
        return digest;
    }

    public ValueTask<Stream> OpenAsync(FileNode file, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream>(OpenFile(file));

    private FileStream OpenFile(FileNode file) =>
        new(FullPath(file.Path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);

    private IReadOnlyList<FileNode> List(string directory) => _listings.GetOrAdd(directory, Read);

    private List<FileNode> Read(string directory)
    {
        string full = FullPath(directory);
        if (!FileStatus.TryOf(full, out FileStatus self) || self.Kind != FileKind.Directory)
        {
            return [];
        }

        var names = new FileSystemEnumerable<string>(full, (ref FileSystemEntry e) => e.FileName.ToString(), AllEntries);
        List<FileNode> nodes = [];
        foreach (string name in names)
        {
            string path = PathResolver.Join(directory, name);
            bool hidden = Ignore?.Matches(path) == true;
            if (hidden && !(Ignore!.HasExceptions && Directory.Exists($"{full}/{name}")))
            {
                continue;
            }

            if (FileStatus.TryOf($"{full}/{name}", out FileStatus status) && status.Kind != FileKind.Socket)
            {
                FileNode node = Node(path, status);
                if (!hidden || HasVisibleChild(node))
                {
                    nodes.Add(node);
                }
            }
        }

        nodes.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return nodes;
    }

    // A hidden directory is there all the same when a "!" pattern brings back something below it.
    private bool HasVisibleChild(FileNode node) =>
        node.Kind == FileKind.Directory && !Ignore!.CanPrune(node.Path) && List(node.Path).Count > 0;

    private FileNode Node(string path, in FileStatus status) => new()
    {
        Path = path,
        Kind = status.Kind,
        Mode = status.Kind == FileKind.SymbolicLink ? 0x1FF : status.Permissions,
        Size = status.Kind == FileKind.Regular ? status.Size : 0,
        LinkTarget = status.Kind == FileKind.SymbolicLink ? new FileInfo(FullPath(path)).LinkTarget : null,
        DeviceMajor = status.DeviceMajor,
        DeviceMinor = status.DeviceMinor,
        HardLinkGroup = status.Kind == FileKind.Regular && status.LinkCount > 1 ? $"{status.Device}:{status.Inode}" : null,
        Status = status,
    };

    private static readonly EnumerationOptions AllEntries = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };
}
