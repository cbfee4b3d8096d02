using System.Globalization;
using System.Security.Cryptography;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Images.Compression.Estargz;

/// <summary>Where a tar is cut into gzip members, and what its table of contents says but for the places in the blob.</summary>
/// <param name="Entries">The entries; of one with bytes, <see cref="StargzEntry.Offset"/> is where they begin in the tar.</param>
/// <param name="Lengths">The bytes of each gzip member, from the beginning of the tar to its last member.</param>
internal sealed record StargzPlan(IReadOnlyList<StargzEntry> Entries, IReadOnlyList<int> Lengths)
{
    private const int ChunkSize = 4 << 20;

    /// <summary>The longest gzip member; a chunk with the headers after it, unless these are very many.</summary>
    public const int LongestMember = ChunkSize + (64 << 10);

    /// <summary>Reads a tar for it. Synchronous, for a thread of one's own.</summary>
    /// <exception cref="DiagnosticException">The tar holds what eStargz cannot express.</exception>
    public static StargzPlan Of(Stream tar, CancellationToken cancellationToken)
    {
        List<StargzEntry> entries = [];
        List<long> cuts = [0];
        long end = 0;
        byte[] buffer = new byte[128 * 1024];
        using var reader = new TarReader(tar);
        while (reader.Read(out TarMember? member))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (member.DataOffset < 0)
            {
                throw new DiagnosticException("estargz-sparse", $"The layer holds the sparse file '{member.Name}', which eStargz cannot.", "Use --compression gzip or zstd.");
            }

            if (member.Name.TrimEnd('/') != StargzNames.TocFile)
            {
                AddFile(entries, cuts, reader, member, buffer);
            }

            long size = member.Kind == TarMemberKind.File ? member.Size : 0;
            end = member.DataOffset + size + TarFormat.Padding(size);
        }

        return new StargzPlan(entries, LengthsOf(cuts, end));
    }

    private static void AddFile(List<StargzEntry> entries, List<long> cuts, TarReader reader, TarMember member, byte[] buffer)
    {
        StargzEntry entry = EntryOf(member);
        if (member.Kind != TarMemberKind.File || member.Size == 0)
        {
            entries.Add(member.Kind == TarMemberKind.File ? entry with { Digest = Foundation.Hashing.Digest.Of([]).ToString() } : entry);
            return;
        }

        int first = entries.Count;
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var part = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < member.Size; at += ChunkSize)
        {
            long length = Math.Min(ChunkSize, member.Size - at);
            for (long left = length; left > 0;)
            {
                int read = reader.ReadData(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
                whole.AppendData(buffer, 0, read);
                part.AppendData(buffer, 0, read);
                left -= read;
            }

            cuts.Add(member.DataOffset + at);
            StargzEntry chunk = at == 0 ? entry : new StargzEntry { Name = entry.Name, Type = "chunk", ChunkOffset = at };
            entries.Add(chunk with
            {
                Offset = member.DataOffset + at,
                ChunkSize = length < member.Size - at ? length : 0,
                ChunkDigest = Foundation.Hashing.Digest.FromSha256(part.GetHashAndReset()).ToString(),
            });
        }

        entries[first] = entries[first] with { Digest = Foundation.Hashing.Digest.FromSha256(whole.GetHashAndReset()).ToString() };
    }

    private static StargzEntry EntryOf(TarMember member) => new()
    {
        Name = member.Kind == TarMemberKind.Directory ? member.Name.TrimEnd('/') + "/" : member.Name,
        Type = member.Kind switch
        {
            TarMemberKind.Directory => "dir",
            TarMemberKind.SymbolicLink => "symlink",
            TarMemberKind.HardLink => "hardlink",
            TarMemberKind.CharacterDevice => "char",
            TarMemberKind.BlockDevice => "block",
            TarMemberKind.Fifo => "fifo",
            _ => "reg",
        },
        Size = member.Kind == TarMemberKind.File ? member.Size : 0,
        ModifiedTime = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(member.ModifiedSeconds, 0, 253_402_300_799)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        LinkName = member.LinkName.Length > 0 ? member.LinkName : null,
        Mode = member.Mode,
        Uid = member.Uid,
        Gid = member.Gid,
        DeviceMajor = member.DeviceMajor,
        DeviceMinor = member.DeviceMinor,
        Xattrs = member.Xattrs is { Count: > 0 } xattrs ? new SortedDictionary<string, byte[]>(xattrs.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()), StringComparer.Ordinal) : null,
    };

    private static List<int> LengthsOf(List<long> cuts, long end)
    {
        List<int> lengths = [];
        for (int i = 0; i < cuts.Count; i++)
        {
            for (long left = (i + 1 < cuts.Count ? cuts[i + 1] : end) - cuts[i]; left > 0; left -= lengths[^1])
            {
                lengths.Add((int)Math.Min(left, LongestMember));
            }
        }

        return lengths;
    }
}
