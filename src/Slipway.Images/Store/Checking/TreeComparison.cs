using Slipway.Foundation.Linux;
using Slipway.Images.Layers;

namespace Slipway.Images.Store.Checking;

/// <summary>Compares an unpacked tree with the entries of its layer, and with the bytes of its tar.</summary>
internal static class TreeComparison
{
    /// <summary>What is different first, in words; null when nothing is. File contents are not read.</summary>
    internal static string? FindDifference(Layer layer, string tree, bool ignoreOwners, CancellationToken cancellationToken)
    {
        using DirectoryHandle root = DirectoryHandle.Open(tree);
        Dictionary<string, LayerEntry> found = new UpperDirectory(null, 0, touch: false, cancellationToken).Collect(root)
            .ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        foreach (LayerEntry entry in layer.Index.Entries.Where(entry => entry.Path.Length > 0))
        {
            if (!found.Remove(entry.Path, out LayerEntry? there))
            {
                // A user namespace cannot make devices, so trees made there have none.
                if (entry.Kind is not (LayerEntryKind.CharacterDevice or LayerEntryKind.BlockDevice))
                {
                    return $"{Shown(entry)} is missing";
                }
            }
            else if (Difference(entry, there, ignoreOwners) is { } what)
            {
                return $"{Shown(entry)} has another {what}";
            }
        }

        return found.Count == 0 ? null : $"{Shown(found.Values.First())} is too much";
    }

    /// <summary>The first file whose bytes are not those of the tar; null when there is none. Sparse members are passed over.</summary>
    internal static async Task<string?> FindChangedFileAsync(Layer layer, string tree, Stream tar, CancellationToken cancellationToken)
    {
        byte[] wanted = new byte[1 << 17], there = new byte[1 << 17];
        long position = 0;
        foreach (LayerEntry entry in layer.Index.Entries
            .Where(entry => entry is { Kind: LayerEntryKind.File, Size: > 0, DataOffset: >= 0 }).OrderBy(entry => entry.DataOffset))
        {
            for (; position < entry.DataOffset; position += await ReadAsync(tar, wanted, entry.DataOffset - position, cancellationToken))
            {
            }

            using FileDescriptor file = FileDescriptor.OpenRead(Path.Combine(tree, entry.Path));
            for (long left = entry.Size; left > 0;)
            {
                int read = await ReadAsync(tar, wanted, left, cancellationToken);
                position += read;
                if (!Fill(file, there.AsSpan(0, read)) || !there.AsSpan(0, read).SequenceEqual(wanted.AsSpan(0, read)))
                {
                    return entry.Path;
                }

                left -= read;
            }
        }

        return null;
    }

    private static bool Fill(FileDescriptor file, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int read = file.Read(buffer);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
        }

        return true;
    }

    private static async Task<int> ReadAsync(Stream tar, byte[] buffer, long most, CancellationToken cancellationToken)
    {
        int length = (int)Math.Min(buffer.Length, most);
        await tar.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
        return length;
    }

    private static string? Difference(LayerEntry entry, LayerEntry there, bool ignoreOwners) =>
        Kind(entry) != Kind(there) ? "kind"
        : entry.IsImplied || entry.Kind == LayerEntryKind.Whiteout ? null
        : entry.Kind == LayerEntryKind.File && there.Kind == LayerEntryKind.File && entry.Size != there.Size ? "size"
        : entry.Kind == LayerEntryKind.SymbolicLink && entry.LinkTarget != there.LinkTarget ? "target"
        : entry.Kind != LayerEntryKind.SymbolicLink && entry.Kind != LayerEntryKind.HardLink && entry.Mode != there.Mode ? "mode"
        : !ignoreOwners && entry.Kind != LayerEntryKind.HardLink && (entry.Uid, entry.Gid) != (there.Uid, there.Gid) ? "owner"
        : entry.IsOpaque != there.IsOpaque ? "opaque mark"
        : null;

    // Which name of a file counts as the first depends on the order of the tar.
    private static LayerEntryKind Kind(LayerEntry entry) => entry.Kind == LayerEntryKind.HardLink ? LayerEntryKind.File : entry.Kind;

    private static string Shown(LayerEntry entry) => "/" + new string([.. entry.Path.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
