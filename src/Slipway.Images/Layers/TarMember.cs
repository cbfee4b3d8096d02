namespace Slipway.Images.Layers;

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

    /// <summary>Where the stored bytes of a sparse file go, in order and apart from each other; null for an ordinary file.</summary>
    public IReadOnlyList<TarSegment>? Segments { get; init; }
}

/// <summary>A stretch of a sparse file that is not a hole.</summary>
public readonly record struct TarSegment(long Offset, long Length);
