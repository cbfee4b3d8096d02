namespace Slipway.Images.Compression.Estargz;

/// <summary>The words of the eStargz format (stargz-snapshotter, docs/estargz.md).</summary>
internal static class StargzNames
{
    /// <summary>The annotation of a layer with the digest of its table of contents.</summary>
    public const string TocDigest = "containerd.io/snapshot/stargz/toc.digest";

    /// <summary>The annotation of a layer with the bytes of its tar, the table of contents included.</summary>
    public const string UncompressedSize = "io.containers.estargz.uncompressed-size";

    /// <summary>The tar member that holds the table of contents.</summary>
    public const string TocFile = "stargz.index.json";
}
