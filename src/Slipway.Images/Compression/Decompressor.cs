namespace Slipway.Images.Compression;

/// <summary>Opens compressed streams.</summary>
public static class Decompressor
{
    /// <summary>How many bytes <see cref="Detect"/> wants to see.</summary>
    public const int MagicLength = 6;

    /// <summary>Tells the compression by the first bytes; what is not known counts as not compressed.</summary>
    public static CompressionKind Detect(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? CompressionKind.Gzip
        : start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? CompressionKind.Zstd
        : start.Length >= 4 && start.StartsWith("BZh"u8) && start[3] is >= (byte)'1' and <= (byte)'9' ? CompressionKind.Bzip2
        : start.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? CompressionKind.Xz
        : CompressionKind.None;

    /// <summary>The uncompressed bytes; disposing it disposes the input.</summary>
    public static Stream Open(Stream compressed, CompressionKind kind) => throw new NotSupportedException();

    /// <summary>Detects and opens; works on streams that cannot seek.</summary>
    public static Stream OpenDetected(Stream compressed, out CompressionKind kind) => throw new NotSupportedException();
}
