using System.Buffers;
using System.Security.Cryptography;

namespace Slipway.Conda.Linking;

/// <summary>
/// Learns the size and digest of relocated files before anything is written: a layer's headers stand before the bytes, and the environment's records, which name
/// the digests, before most files.
/// </summary>
internal static class LinkMeasurer
{
    private const int BufferSize = 128 * 1024;

    /// <summary>The packages with all sizes known.</summary>
    internal static async Task<IReadOnlyList<LinkedPackage>> MeasureAsync(IReadOnlyList<LinkedPackage> packages, int threads, CancellationToken cancellationToken)
    {
        LinkEntry[][] entries = [.. packages.Select(package => package.Entries.ToArray())];
        (int Package, int Entry)[] relocated = [.. entries.SelectMany((list, package) => list.Index().Where(pair => pair.Item.Relocation is not null).Select(pair => (package, pair.Index)))];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(relocated, options, (place, token) =>
        {
            entries[place.Package][place.Entry] = Measure(entries[place.Package][place.Entry], token);
            return ValueTask.CompletedTask;
        });
        return [.. packages.Select((package, i) => package with { Entries = entries[i] })];
    }

    private static LinkEntry Measure(LinkEntry entry, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using Stream bytes = entry.Open();
        long size = 0;
        int read;
        while ((read = bytes.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            size += read;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return entry with { Size = size, Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }
}
