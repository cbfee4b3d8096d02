using System.IO.Compression;

namespace Slipway.Images.Compression;

/// <summary>Compresses in blocks of fixed size, each on its own, so that the bytes do not depend on the number of threads (docs/decisions/0013).</summary>
public static class Compressor
{
    private static readonly byte[] EmptyGzip = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private const int GzipBlock = 1 << 20, ZstdBlock = 4 << 20;

    /// <summary>How much of a block is looked at to tell whether it can be compressed, in so many places.</summary>
    private const int ProbeLength = 8 * 1024, Probes = 4;

    /// <summary>Compresses all of the input with gzip or zstd, on as many threads as given.</summary>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">The library for that compression is not installed.</exception>
    public static async Task CompressAsync(Stream input, Stream output, LayerCompression compression, int threads, CancellationToken cancellationToken)
    {
        int level = compression.Level ?? compression.DefaultLevel;
        (int blockSize, Func<ArraySegment<byte>, ReadOnlyMemory<byte>> compress) = compression.Kind switch
        {
            CompressionKind.Gzip => (GzipBlock, (Func<ArraySegment<byte>, ReadOnlyMemory<byte>>)(block => CompressGzip(block, level))),
            CompressionKind.Zstd => (ZstdBlock, block => Zstd.Compress(block, level)),
            _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "Slipway writes gzip and zstd."),
        };
        if (compression.Kind == CompressionKind.Zstd)
        {
            NativeLibraries.Require(NativeLibraries.Zstd, "Zstandard compression", "libzstd1");
        }

        await CompressBlocksAsync(input, output, blockSize, () => blockSize, compress, threads, null, cancellationToken);
    }

    /// <summary>Compresses the input block by block, each as if it were alone.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="output">Where the compressed blocks go, in order.</param>
    /// <param name="longest">The longest block.</param>
    /// <param name="nextLength">Says how long the next block is; 0 after the last.</param>
    /// <param name="compress">Compresses one, on any thread.</param>
    /// <param name="threads">How many are compressed at once.</param>
    /// <param name="written">Hears of each block, in order: its bytes and its compressed bytes.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal static async Task CompressBlocksAsync(
        Stream input,
        Stream output,
        int longest,
        Func<int> nextLength,
        Func<ArraySegment<byte>, ReadOnlyMemory<byte>> compress,
        int threads,
        Action<int, int>? written,
        CancellationToken cancellationToken)
    {
        var running = new Queue<(Task<ReadOnlyMemory<byte>> Compressed, byte[] Buffer, int Length)>();
        var free = new Stack<byte[]>();
        bool first = true, ended = false;
        while (!ended || running.Count > 0)
        {
            // One more than there are threads, so that no thread waits for the next block to be read.
            while (!ended && running.Count <= threads)
            {
                int wanted = nextLength();
                byte[] buffer = free.TryPop(out byte[]? used) ? used : new byte[longest];
                int length = await input.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, cancellationToken);
                ended = wanted == 0 || length < wanted;
                if (length > 0 || first)
                {
                    running.Enqueue((Task.Run(() => compress(new ArraySegment<byte>(buffer, 0, length)), cancellationToken), buffer, length));
                    first = false;
                }
            }

            if (running.TryDequeue(out var oldest))
            {
                ReadOnlyMemory<byte> compressed = await oldest.Compressed;
                await output.WriteAsync(compressed, cancellationToken);
                written?.Invoke(oldest.Length, compressed.Length);
                free.Push(oldest.Buffer);
            }
        }
    }

    // A gzip file may consist of several members (RFC 1952, 2.2): one per block.
    internal static ReadOnlyMemory<byte> CompressGzip(ArraySegment<byte> block, int level)
    {
        if (block.Count == 0)
        {
            return EmptyGzip; // the framework's stream writes nothing at all when nothing is written to it
        }

        return GzipMember(block, IsDense(block) ? 0 : level);
    }

    private static ReadOnlyMemory<byte> GzipMember(ReadOnlySpan<byte> block, int level)
    {
        var member = new MemoryStream((block.Length / 2) + 64);
        using (var gzip = new GZipStream(member, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            gzip.Write(block);
        }

        return member.GetBuffer().AsMemory(0, (int)member.Length);
    }

    // Wheels, models, pictures and the like are compressed already: trying costs as much time as for others and gains nothing.
    private static bool IsDense(ReadOnlySpan<byte> block)
    {
        if (block.Length < 2 * Probes * ProbeLength)
        {
            return false;
        }

        Span<byte> probe = new byte[Probes * ProbeLength];
        for (int i = 0; i < Probes; i++)
        {
            block.Slice((int)((long)(block.Length - ProbeLength) * i / (Probes - 1)), ProbeLength).CopyTo(probe[(i * ProbeLength)..]);
        }

        return GzipMember(probe, 1).Length > probe.Length - (probe.Length / 50);
    }
}
