namespace Slipway.Images.Compression;

/// <summary>How bytes are compressed.</summary>
public enum CompressionKind
{
    None,
    Gzip,
    Zstd,

    /// <summary>Read only, for <c>ADD archive.tar.bz2</c>.</summary>
    Bzip2,

    /// <summary>Read only, for <c>ADD archive.tar.xz</c>.</summary>
    Xz,
}
