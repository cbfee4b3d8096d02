using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;

namespace Slipway.Images.Compression.Estargz;

/// <summary>
/// Writes a layer as eStargz (stargz-snapshotter, docs/estargz.md): a gzip file of one member for each chunk of a file, with a table of contents as its last file and a footer that
/// says where that is. Any tool reads it as a gzipped tar; a lazy snapshotter fetches single chunks. The bytes depend on nothing but the tar and the level.
/// </summary>
internal static class StargzWriter
{
    private const int BlockSize = 512;

    /// <param name="openTar">Opens the tar; asked twice.</param>
    /// <param name="output">Where the blob goes.</param>
    /// <param name="level">gzip's level.</param>
    /// <param name="threads">How many blocks are compressed at once.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<StargzResult> WriteAsync(
        Func<Task<Stream>> openTar, Stream output, int level, int threads, CancellationToken cancellationToken)
    {
        Stream first = await openTar();
        StargzPlan plan = await Task.Run(() => StargzPlan.Of(first, cancellationToken), cancellationToken);
        var places = new Dictionary<long, long>(plan.Lengths.Count);
        long from = 0, at = 0;
        int next = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var tar = new HashedStream(await openTar(), hash))
        {
            await Compressor.CompressBlocksAsync(
                tar, output, StargzPlan.LongestMember, () => next < plan.Lengths.Count ? plan.Lengths[next++] : 0,
                block => Compressor.CompressGzip(block, level), threads, Placed, cancellationToken);
        }

        if (from != plan.Lengths.Sum(static length => (long)length))
        {
            throw new InvalidDataException("The layer changed while it was compressed.");
        }

        byte[] toc = JsonSerializer.SerializeToUtf8Bytes(
            new StargzToc { Entries = [.. plan.Entries.Select(entry => entry.ChunkDigest is null ? entry : entry with { Offset = places[entry.Offset] })] }, StargzJson.Default.StargzToc);
        byte[] last = TocMember(toc);
        hash.AppendData(last);
        await output.WriteAsync(Compressor.CompressGzip(last, level), cancellationToken);
        await output.WriteAsync(Footer(at), cancellationToken);
        return new StargzResult(Digest.FromSha256(hash.GetHashAndReset()), Digest.Of(toc), from + last.Length);

        void Placed(int length, int compressed)
        {
            places[from] = at;
            from += length;
            at += compressed;
        }
    }

    /// <summary>The table of contents as a file of the tar, and the end of the tar.</summary>
    private static byte[] TocMember(byte[] toc)
    {
        var entry = new LayerEntry { Path = StargzNames.TocFile, Kind = LayerEntryKind.File, Mode = 0x124, Size = toc.Length };
        ReadOnlySpan<byte> header = new TarHeaderWriter(0).Format(entry);
        byte[] member = new byte[header.Length + toc.Length + TarFormat.Padding(toc.Length) + (2 * BlockSize)];
        header.CopyTo(member);
        toc.CopyTo(member, header.Length);
        return member;
    }

    /// <summary>An empty gzip member of 51 bytes whose extra field (RFC 1952, 2.3.1.1) says where the table of contents begins.</summary>
    private static byte[] Footer(long tocOffset) =>
    [
        0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 26, 0, (byte)'S', (byte)'G', 22, 0,
        .. Encoding.ASCII.GetBytes(tocOffset.ToString("x16", CultureInfo.InvariantCulture)), .. "STARGZ"u8,
        1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    private sealed class HashedStream(Stream source, IncrementalHash hash) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            int read = source.Read(buffer);
            hash.AppendData(buffer[..read]);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
