using System.IO.Compression;

namespace Slipway.Images.Compression;

/// <summary>Opens compressed streams.</summary>
public static class Decompressor
{
    // Without it the framework takes a gzip file that was cut for one that ends. Set here for programs whose settings do not say so already.
    static Decompressor() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

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
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">
    /// The library for that compression is not installed. While reading: more bytes come than <see cref="ExpansionLimit.Current"/> allows.
    /// </exception>
    public static Stream Open(Stream compressed, CompressionKind kind) =>
        kind == CompressionKind.None ? compressed : new GuardedStream(compressed, counted => OpenDecoder(counted, kind), ExpansionLimit.Current);

    private static Stream OpenDecoder(Stream compressed, CompressionKind kind) => kind switch
    {
        CompressionKind.Gzip => new GZipStream(compressed, CompressionMode.Decompress),
        CompressionKind.Zstd => new DecodingStream(compressed, new ZstdDecoder()),
        CompressionKind.Bzip2 => new DecodingStream(compressed, new Bzip2Decoder()),
        CompressionKind.Xz => new DecodingStream(compressed, new XzDecoder()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no compression"),
    };

    /// <summary>Detects and opens; works on streams that cannot seek.</summary>
    public static Stream OpenDetected(Stream compressed, out CompressionKind kind)
    {
        byte[] start = new byte[MagicLength];
        int length = compressed.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        kind = Detect(start.AsSpan(0, length));
        return Open(new PrefixedStream(start.AsMemory(0, length), compressed), kind);
    }
}
