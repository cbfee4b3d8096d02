namespace Slipway.Images.Compression;

/// <summary>How bytes are compressed.</summary>
public enum CompressionKind
{
    None,
    Gzip,
    Zstd,

    /// <summary>Written only: gzip with a table of contents, from which single files can be fetched (stargz-snapshotter, docs/estargz.md).</summary>
    Estargz,

    /// <summary>Read only, for <c>ADD archive.tar.bz2</c>.</summary>
    Bzip2,

    /// <summary>Read only, for <c>ADD archive.tar.xz</c>.</summary>
    Xz,
}
