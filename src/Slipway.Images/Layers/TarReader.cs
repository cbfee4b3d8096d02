using System.Diagnostics.CodeAnalysis;

namespace Slipway.Images.Layers;

/// <summary>
/// Reads a tar stream header by header: ustar, PAX (local and global), GNU long names and sparse files. Trusts nothing: sizes, numbers,
/// and the length of extended headers are bounded. Reading is synchronous, for a thread of one's own.
/// </summary>
public sealed class TarReader : IDisposable
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;

    public TarReader(Stream stream, bool leaveOpen = false) => (_stream, _leaveOpen) = (stream, leaveOpen);

    /// <summary>Goes to the next member, skipping what was not read of this one; false at the end of the archive.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a tar archive or end too early.</exception>
    public bool Read([NotNullWhen(true)] out TarMember? member) => throw new NotSupportedException();

    /// <summary>Reads the current member's bytes (holes of sparse files as zeros); 0 at their end.</summary>
    public int ReadData(Span<byte> buffer) => throw new NotSupportedException();

    /// <summary>The current member's bytes as a stream, valid until the next <see cref="Read"/>.</summary>
    public Stream OpenData() => throw new NotSupportedException();

    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }
}

/// <summary>What kind of thing a tar member is.</summary>
public enum TarMemberKind
{
    File,
    Directory,
    SymbolicLink,
    HardLink,
    CharacterDevice,
    BlockDevice,
    Fifo,
}

/// <summary>One member as the archive says it: names are not checked and may be hostile.</summary>
public sealed record TarMember
{
    public required string Name { get; init; }

    public required TarMemberKind Kind { get; init; }

    public int Mode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>The bytes of a file, holes included.</summary>
    public long Size { get; init; }

    public string LinkName { get; init; } = "";

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    public long ModifiedSeconds { get; init; }

    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Xattrs { get; init; }

    /// <summary>Where the bytes start in the tar; -1 for a sparse file, whose bytes do not lie there as they are.</summary>
    public long DataOffset { get; init; }
}
