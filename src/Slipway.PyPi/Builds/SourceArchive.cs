using System.Buffers;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Packages.Archives;
using Slipway.Packages.Contents;
using Slipway.Packages.Zip;

namespace Slipway.PyPi.Builds;

/// <summary>
/// Unpacks source distributions ("source distribution format", PEP 625, 706): a tar, compressed, or a ZIP file, with one folder in it. Nothing leaves that folder: no absolute names, no <c>..</c>,
/// no devices, no links that lead out; modes are 0644 and 0755.
/// </summary>
public sealed class SourceArchive : IDisposable
{
    private const int PlainMode = 0x1A4, ExecutableMode = 0x1ED, OwnerMayExecute = 0x40, BufferSize = 128 * 1024;

    private readonly string _name;
    private readonly DirectoryHandle _root;
    private readonly HashSet<string> _files = new(StringComparer.Ordinal), _folders = new(StringComparer.Ordinal) { "" };
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);

    private SourceArchive(string name, string folder) => (_name, _root) = (name, DirectoryHandle.Open(folder));

    /// <summary>Unpacks one.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The folder of the project in it.</returns>
    /// <exception cref="DiagnosticException">The archive is hostile or damaged, or holds something else than one folder.</exception>
    public static string Extract(string name, string path, string folder, CancellationToken cancellationToken)
    {
        try
        {
            using var source = new SourceArchive(name, folder);
            using var archive = ArchiveFile.Open(path);
            Span<byte> start = stackalloc byte[2];
            if (archive.TryFill(0, start) && start.SequenceEqual("PK"u8))
            {
                source.ReadZip(archive, cancellationToken);
            }
            else
            {
                source.ReadTar(archive, cancellationToken);
            }
        }
        catch (HostileZipException e)
        {
            throw Hostile(name, e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(name, $"cannot be read: {e.Message}");
        }
        catch (LinuxException e)
        {
            throw Hostile(name, $"holds something that cannot be put into a folder of its own: {e.Message}");
        }

        string[] top = [.. Directory.EnumerateFileSystemEntries(folder)];
        return top.Length == 1 && Directory.Exists(top[0]) && new DirectoryInfo(top[0]).LinkTarget is null ? top[0] : throw Damaged(name, "does not hold one folder, with the project in it");
    }

    public void Dispose()
    {
        _root.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void ReadZip(ArchiveFile archive, CancellationToken cancellationToken)
    {
        foreach (ZipEntry entry in ZipDirectory.Read(archive))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.IsDirectory)
            {
                MakeFolder(entry.Name);
                continue;
            }

            using var bytes = new ZipMemberStream(archive, entry);
            MakeFile(entry.Name, entry.IsExecutable, bytes);
        }
    }

    private void ReadTar(ArchiveFile archive, CancellationToken cancellationToken)
    {
        using var reader = new TarReader(Decompressor.OpenDetected(archive.Open(0, archive.Length), out _));
        while (reader.Read(out TarMember? member))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExpansionLimit.Current.CheckMembers(_files.Count);
            string path = PathOf(member.Name);
            switch (member.Kind)
            {
                case TarMemberKind.Directory:
                    MakeFolder(path);
                    break;
                case TarMemberKind.File:
                    using (Stream bytes = reader.OpenData())
                    {
                        MakeFile(path, (member.Mode & OwnerMayExecute) != 0, bytes);
                    }

                    break;
                case TarMemberKind.HardLink:
                    MakeHardLink(path, PathOf(member.LinkName));
                    break;
                case TarMemberKind.SymbolicLink:
                    MakeLink(path, member.LinkName);
                    break;
                default:
                    throw Hostile(_name, $"holds the device or pipe '{member.Name}'");
            }
        }
    }

    private string PathOf(string name)
    {
        string path = name;
        while (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        path = path == "." ? "" : path.TrimEnd('/');
        return LayerPath.IsNormal(path) && PathRules.IsStorable(path) && !name.StartsWith('/')
            ? path
            : throw Hostile(_name, $"holds '{name.Replace("\0", "\\0", StringComparison.Ordinal)}', which is no path inside of it");
    }

    private void MakeFolder(string path)
    {
        if (_folders.Add(path))
        {
            MakeFolder(LayerPath.ParentOf(path));
            using DirectoryHandle parent = _root.OpenBeneath(LayerPath.ParentOf(path));
            parent.CreateDirectory(LayerPath.NameOf(path), ExecutableMode);
        }
    }

    private DirectoryHandle Parent(string path)
    {
        MakeFolder(LayerPath.ParentOf(path));
        return path.Length > 0 && _files.Add(path) ? _root.OpenBeneath(LayerPath.ParentOf(path)) : throw Hostile(_name, $"holds '{path}' twice");
    }

    private void MakeFile(string path, bool isExecutable, Stream bytes)
    {
        using DirectoryHandle parent = Parent(path);
        using FileDescriptor file = parent.CreateFile(LayerPath.NameOf(path), isExecutable ? ExecutableMode : PlainMode);
        int read;
        while ((read = bytes.Read(_buffer)) > 0)
        {
            file.Write(_buffer.AsSpan(0, read));
        }
    }

    private void MakeHardLink(string path, string target)
    {
        if (!_files.Contains(target))
        {
            throw Hostile(_name, $"has the hard link '{path}' to '{target}', which is not a file before it");
        }

        using DirectoryHandle parent = Parent(path), other = _root.OpenBeneath(LayerPath.ParentOf(target));
        parent.CreateHardLink(LayerPath.NameOf(path), other, LayerPath.NameOf(target));
    }

    // Where it leads is counted, not looked up: it may lead to what comes later. Nothing is ever written through a link.
    private void MakeLink(string path, string target)
    {
        int depth = path.Count(c => c == '/');
        foreach (string part in target.Split('/'))
        {
            depth += part is "" or "." ? 0 : part == ".." ? -1 : 1;
            if (depth < 1 || target.StartsWith('/') || target.Length == 0 || target.Contains('\0', StringComparison.Ordinal))
            {
                throw Hostile(_name, $"has the symbolic link '{path}' to '{target}', which leads out of it");
            }
        }

        using DirectoryHandle parent = Parent(path);
        parent.CreateSymbolicLink(LayerPath.NameOf(path), target);
    }

    private static DiagnosticException Hostile(string name, string what) => new(
        "hostile-source", $"The source distribution '{name}' {what}.", "Do not build it unless you know where it comes from; tell those who made it.");

    private static DiagnosticException Damaged(string name, string what) => new("damaged-source", $"The source distribution '{name}' {what}.", "Tell those who made it; another version may be right.");
}
