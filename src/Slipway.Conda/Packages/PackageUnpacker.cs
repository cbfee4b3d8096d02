using Slipway.Foundation.Files;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Packages.Archives;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Packages;

/// <summary>
/// Reads an archive from its first member to its last, once. Names are checked before anything is kept: nothing absolute, no <c>..</c>, no name twice, no devices.
/// Reading is synchronous, for a thread of one's own; archives do not depend on each other, so several threads each read one.
/// </summary>
internal sealed class PackageUnpacker
{
    private const int LargestInfo = 256 << 20;

    private readonly string _package;
    private readonly WritableContents _contents;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<string, PackageMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _info = new(StringComparer.Ordinal);
    private readonly HashSet<string> _infoNames = new(StringComparer.Ordinal);
    private long _infoSize, _sparseStored, _sparseSize;

    private PackageUnpacker(string package, WritableContents contents, CancellationToken cancellationToken) =>
        (_package, _contents, _cancellationToken) = (package, contents, cancellationToken);

    /// <param name="package">The archive's file name; its ending tells the format.</param>
    /// <param name="archive">The archive; may still be growing.</param>
    /// <param name="contents">Takes the files' bytes, and is owned by the result; disposed if this fails.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">The package is hostile or damaged.</exception>
    internal static UnpackedPackage Unpack(string package, ArchiveBytes archive, WritableContents contents, CancellationToken cancellationToken)
    {
        var unpacker = new PackageUnpacker(package, contents, cancellationToken);
        try
        {
            if (PackageFormats.Of(package) == PackageFormat.Conda)
            {
                unpacker.ReadConda(archive);
            }
            else
            {
                unpacker.ReadTar(archive.Open(0, long.MaxValue), CompressionKind.Bzip2, mayHoldInfo: true, mayHoldFiles: true);
            }

            contents.Complete();
            return new UnpackedPackage(package, unpacker.Describe(), unpacker._members, contents);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            contents.Dispose();
            throw PackageProblem.Damaged(package, $"cannot be read: {e.Message}");
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Code == "decompression-bomb")
        {
            contents.Dispose();
            throw new DiagnosticException(e.Diagnostics[0] with { Message = $"The package '{package}' cannot be read: {e.Diagnostics[0].Message}" });
        }
        catch
        {
            contents.Dispose();
            throw;
        }
    }

    private PackageInfo Describe()
    {
        PackageInfo info = new PackageInfoReader(_package, _info).Read(_members.Values);
        foreach (PackagePath path in info.Paths)
        {
            if (!_members.TryGetValue(path.Path, out PackageMember? member))
            {
                _ = path.IsDirectory ? true : throw PackageProblem.Damaged(_package, $"lists '{path.Path}', which it does not hold");
            }
            else if (path.IsDirectory != (member.Kind == PackageMemberKind.Directory))
            {
                throw PackageProblem.Damaged(_package, $"lists '{path.Path}' as {(path.IsDirectory ? "a directory" : "a file")}, which it is not");
            }
            else if (member.Kind == PackageMemberKind.File && path.Size is { } size && size != member.Size)
            {
                throw PackageProblem.Damaged(_package, $"lists '{path.Path}' with {size} bytes; it has {member.Size}");
            }
        }

        return info;
    }

    private void ReadConda(ArchiveBytes archive) => CondaMembers.Read(_package, archive, (member, isInfo) =>
        ReadTar(archive.Open(member.Offset, member.Length), CompressionKind.Zstd, mayHoldInfo: isInfo, mayHoldFiles: !isInfo));

    private void ReadTar(Stream compressed, CompressionKind kind, bool mayHoldInfo, bool mayHoldFiles)
    {
        using var reader = new TarReader(Decompressor.Open(compressed, kind));
        while (reader.Read(out TarMember? member))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            Take(member, reader, mayHoldInfo, mayHoldFiles);
        }
    }

    private void Take(TarMember member, TarReader data, bool mayHoldInfo, bool mayHoldFiles)
    {
        string path = Normalize(member.Name);
        CheckSize(member);
        bool isInfo = path.StartsWith(PackageInfoReader.Folder, StringComparison.Ordinal) || path + "/" == PackageInfoReader.Folder;
        if (path.Length == 0 && member.Kind == TarMemberKind.Directory)
        {
            return;
        }

        if (isInfo ? !mayHoldInfo : !mayHoldFiles)
        {
            throw PackageProblem.Hostile(_package, $"has '{member.Name}' in the wrong one of its two archives");
        }

        if (isInfo)
        {
            TakeInfo(path, member, data);
            return;
        }

        PackageMember taken = member.Kind switch
        {
            TarMemberKind.File => new PackageMember(path, PackageMemberKind.File, IsExecutable(member), member.Size, null, _contents.Add(IsExecutable(member), new TarData(data))),
            TarMemberKind.HardLink => Linked(path, member),
            TarMemberKind.SymbolicLink => new PackageMember(path, PackageMemberKind.SymbolicLink, true, 0, Target(member), -1),
            TarMemberKind.Directory => new PackageMember(path, PackageMemberKind.Directory, true, 0, null, -1),
            _ => throw PackageProblem.Hostile(_package, $"holds the device or pipe '{member.Name}'"),
        };
        if (!_members.TryAdd(path, taken) && (taken.Kind != PackageMemberKind.Directory || _members[path].Kind != PackageMemberKind.Directory))
        {
            throw PackageProblem.Hostile(_package, $"holds '{path}' twice");
        }
    }

    private void TakeInfo(string path, TarMember member, TarReader data)
    {
        string name = path[Math.Min(path.Length, PackageInfoReader.Folder.Length)..];
        if (!PackageInfoReader.IsWanted(name))
        {
            return;
        }

        if (!_infoNames.Add(name))
        {
            throw PackageProblem.Hostile(_package, $"holds '{path}' twice");
        }

        _infoSize += member.Size;
        if (member.Kind != TarMemberKind.File || member.Size > LargestInfo || _infoSize > LargestInfo)
        {
            throw PackageProblem.Hostile(_package, $"has a '{path}' that is no file of a sensible size");
        }

        byte[] bytes = new byte[member.Size];
        for (int at = 0; at < bytes.Length;)
        {
            at += data.ReadData(bytes.AsSpan(at));
        }

        _info[name] = bytes;
    }

    private PackageMember Linked(string path, TarMember member) =>
        _members.TryGetValue(Normalize(member.LinkName), out PackageMember? target) && target.Kind == PackageMemberKind.File
            ? target with { Path = path }
            : throw PackageProblem.Hostile(_package, $"has the hard link '{path}' to '{member.LinkName}', which is not a file before it");

    private string Target(TarMember member) => member.LinkName.Length is > 0 and <= 4095 && !member.LinkName.Contains('\0', StringComparison.Ordinal)
        ? member.LinkName
        : throw PackageProblem.Hostile(_package, $"has the symbolic link '{member.Name}', whose target is empty or too long");

    // The owner's bit says it; builders differ in the others.
    private static bool IsExecutable(TarMember member) => (member.Mode & 0x40) != 0;

    private string Normalize(string name)
    {
        string path = name;
        while (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        path = path == "." ? "" : path.EndsWith('/') ? path[..^1] : path;
        if (!LayerPath.IsNormal(path))
        {
            throw PackageProblem.Hostile(_package, $"holds '{name.Replace("\0", "\\0", StringComparison.Ordinal)}', which is not relative to it");
        }

        return PathRules.IsStorable(path)
            ? path
            : throw PackageProblem.Hostile(_package, $"holds a name that is too long, or no UTF-8: '{path[..Math.Min(60, path.Length)]}'");
    }

    // A sparse file costs nothing in the archive, but its holes are written.
    private void CheckSize(TarMember member)
    {
        ExpansionLimit.Current.CheckMembers(_members.Count);
        if (member.Segments is { } segments)
        {
            _sparseStored += segments.Sum(segment => segment.Length);
            _sparseSize = member.Size > long.MaxValue - _sparseSize ? long.MaxValue : _sparseSize + member.Size;
            ExpansionLimit.Current.Check(_sparseStored, _sparseSize);
        }
    }

    private sealed class TarData(TarReader reader) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => reader.ReadData(buffer);
    }
}
