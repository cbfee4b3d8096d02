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
    internal static async Task<IReadOnlyList<LinkedPackage>> MeasureAsync(IReadOnlyList<LinkedPackage> packages, string prefix, int threads, CancellationToken cancellationToken)
    {
        LinkEntry[][] entries = [.. packages.Select(package => package.Entries.ToArray())];
        bool[] areKnown = [.. packages.Select((package, i) => TryUseKnown(package, prefix, entries[i]))];
        (int Package, int Entry)[] unknown = [.. entries.Index().Where(list => !areKnown[list.Index])
            .SelectMany(list => list.Item.Index().Where(pair => pair.Item.Relocation is not null).Select(pair => (list.Index, pair.Index)))];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(unknown, options, (place, token) =>
        {
            entries[place.Package][place.Entry] = Measure(entries[place.Package][place.Entry], token);
            return ValueTask.CompletedTask;
        });
        foreach (int package in unknown.Select(place => place.Package).Distinct())
        {
            Keep(packages[package], prefix, entries[package]);
        }

        return [.. packages.Select((package, i) => package with { Entries = entries[i] })];
    }

    // Whether an earlier run with the same prefix measured all of them.
    private static bool TryUseKnown(LinkedPackage package, string prefix, LinkEntry[] entries)
    {
        if (package.Input.Package.CacheFolder is not { } folder || !entries.Any(entry => entry.Relocation is not null)
            || RelocatedSizes.Read(folder, prefix) is not { } known || !entries.All(entry => entry.Relocation is null || known.Files.ContainsKey(entry.Member!.Path)))
        {
            return false;
        }

        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = entries[i].Relocation is not null && known.Files[entries[i].Member!.Path] is var file ? entries[i] with { Size = file.Size, Sha256 = file.Sha256 } : entries[i];
        }

        return true;
    }

    private static void Keep(LinkedPackage package, string prefix, LinkEntry[] entries)
    {
        if (package.Input.Package.CacheFolder is { } folder)
        {
            var files = entries.Where(entry => entry.Relocation is not null).ToDictionary(entry => entry.Member!.Path, entry => new RelocatedSize(entry.Size, entry.Sha256!), StringComparer.Ordinal);
            new RelocatedSizes { Files = files }.Write(folder, prefix);
        }
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
