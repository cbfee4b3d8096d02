using Slipway.Foundation.Hashing;

namespace Slipway.Images.Layers;

/// <summary>What a layer entry is.</summary>
public enum LayerEntryKind : byte
{
    File = 0,
    Directory = 1,
    SymbolicLink = 2,

    /// <summary>Another name of a file of the same layer, whose path is <see cref="LayerEntry.LinkTarget"/>.</summary>
    HardLink = 3,
    CharacterDevice = 4,
    BlockDevice = 5,
    Fifo = 6,

    /// <summary>Hides the path in the layers below; in the tar it is <c>.wh.name</c> beside it (OCI image-spec, layer.md#whiteouts).</summary>
    Whiteout = 7,
}

/// <summary>One path of a layer: what the layer's tar says of it.</summary>
public sealed record LayerEntry
{
    /// <summary>
    /// The path from the root, with <c>/</c> between components and none at either end; the root itself is the empty text.
    /// For a whiteout it is the hidden path. Bytes that are not UTF-8 stand as U+DC80…U+DCFF (see <see cref="Slipway.Foundation.Linux.PathText"/>).
    /// </summary>
    public required string Path { get; init; }

    public required LayerEntryKind Kind { get; init; }

    /// <summary>The twelve permission bits.</summary>
    public int Mode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>The bytes of a file; 0 for everything else.</summary>
    public long Size { get; init; }

    /// <summary>A symbolic link's text as it stands, or a hard link's target as a path of this layer.</summary>
    public string? LinkTarget { get; init; }

    public uint DeviceMajor { get; init; }

    public uint DeviceMinor { get; init; }

    /// <summary>Extended attributes by name, or null. Overlayfs's own are never among them.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Xattrs { get; init; }

    /// <summary>The modification time in whole seconds since 1970. A writer ignores it: its layers carry one constant time.</summary>
    public long ModifiedSeconds { get; init; }

    /// <summary>The digest of a file's bytes, when known.</summary>
    public Digest? ContentDigest { get; init; }

    /// <summary>Where a file's bytes start in the uncompressed tar; -1 when not known.</summary>
    public long DataOffset { get; init; } = -1;

    /// <summary>For a directory: hides what the layers below hold in it (in the tar: <c>.wh..wh..opq</c>).</summary>
    public bool IsOpaque { get; init; }

    /// <summary>
    /// A directory that no tar header lists but that must be there because something lies in it. Its metadata are made up
    /// (0755, root), and those of a lower layer hold.
    /// </summary>
    public bool IsImplied { get; init; }

    public bool IsDirectory => Kind == LayerEntryKind.Directory;

    /// <summary>The last component of the path.</summary>
    public string Name => LayerPath.NameOf(Path);
}
