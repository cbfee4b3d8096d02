using System.Buffers.Binary;
using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

/// <summary>
/// The <c>entries</c> file of a layer: magic, the tar's size, the canonical time (or -1), the number of entries, then the entries; numbers as
/// seven-bit groups, each path as the length it shares with the one before and the rest. A checksum ends it, so that a damaged file is noticed and made again.
/// </summary>
internal static class LayerIndexFile
{
    private const string Magic = "SLIPWAY-ENTRIES-1\n";

    [Flags]
    private enum Has : byte
    {
        Nothing = 0,
        Opaque = 1,
        Implied = 2,
        Digest = 4,
        Xattrs = 8,
        Device = 16,
        Link = 32,
        Data = 64,
    }

    internal static byte[] Write(Layer layer)
    {
        using var stream = new MemoryStream(layer.Index.Count * 48);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Encoding.ASCII.GetBytes(Magic));
        writer.Write(layer.TarSize);
        writer.Write(layer.CanonicalTime ?? -1);
        writer.Write(layer.Index.Count);
        byte[] previous = [];
        foreach (LayerEntry entry in layer.Index.Entries)
        {
            byte[] path = PathText.Encode(entry.Path);
            WriteEntry(writer, entry, path, previous);
            previous = path;
        }

        writer.Flush();
        writer.Write(Checksum(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <summary>The size of the tar as the beginning of the file says, without reading the rest; 0 when it says nothing.</summary>
    internal static long ReadTarSize(string path)
    {
        byte[] start = new byte[Magic.Length + 8];
        try
        {
            using FileStream file = File.OpenRead(path);
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Magic))
                ? Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(start.AsSpan(Magic.Length)))
                : 0;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <exception cref="InvalidDataException">The bytes are damaged, or of another version.</exception>
    internal static Layer Read(Digest diffId, byte[] bytes)
    {
        if (bytes.Length < Magic.Length + 28 || !bytes.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Magic))
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8)) != Checksum(bytes.AsSpan(0, bytes.Length - 8)))
        {
            throw new InvalidDataException($"The list of entries of the layer {diffId} is damaged.");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, bytes.Length - Magic.Length - 8));
        long tarSize = reader.ReadInt64(), time = reader.ReadInt64();
        var entries = new LayerEntry[reader.ReadInt32()];
        byte[] path = new byte[256];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = ReadEntry(reader, ref path);
        }

        return new Layer(diffId, tarSize, LayerIndex.OfSorted(entries)) { CanonicalTime = time < 0 ? null : time };
    }

    private static void WriteEntry(BinaryWriter writer, LayerEntry entry, byte[] path, byte[] previous)
    {
        Has has = (entry.IsOpaque ? Has.Opaque : 0) | (entry.IsImplied ? Has.Implied : 0) | (entry.ContentDigest is null ? 0 : Has.Digest)
            | (entry.Xattrs is { Count: > 0 } ? Has.Xattrs : 0) | (entry.DeviceMajor + entry.DeviceMinor > 0 ? Has.Device : 0)
            | (entry.LinkTarget is null ? 0 : Has.Link) | (entry.DataOffset < 0 ? 0 : Has.Data);
        int shared = path.AsSpan().CommonPrefixLength(previous);
        writer.Write((byte)entry.Kind);
        writer.Write((byte)has);
        writer.Write7BitEncodedInt(shared);
        WriteBytes(writer, path.AsSpan(shared));
        writer.Write7BitEncodedInt(entry.Mode);
        writer.Write7BitEncodedInt64(entry.Uid);
        writer.Write7BitEncodedInt64(entry.Gid);
        writer.Write7BitEncodedInt64(entry.Size);
        writer.Write7BitEncodedInt64(entry.ModifiedSeconds);
        if (has.HasFlag(Has.Data))
        {
            writer.Write7BitEncodedInt64(entry.DataOffset);
        }

        if (has.HasFlag(Has.Link))
        {
            WriteBytes(writer, PathText.Encode(entry.LinkTarget!));
        }

        if (has.HasFlag(Has.Device))
        {
            writer.Write7BitEncodedInt64(entry.DeviceMajor);
            writer.Write7BitEncodedInt64(entry.DeviceMinor);
        }

        if (has.HasFlag(Has.Digest))
        {
            writer.Write(Convert.FromHexString(entry.ContentDigest!.Value.Hex));
        }

        if (has.HasFlag(Has.Xattrs))
        {
            writer.Write7BitEncodedInt(entry.Xattrs!.Count);
            foreach ((string name, ReadOnlyMemory<byte> value) in entry.Xattrs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                WriteBytes(writer, PathText.Encode(name));
                WriteBytes(writer, value.Span);
            }
        }
    }

    private static LayerEntry ReadEntry(BinaryReader reader, ref byte[] path)
    {
        var kind = (LayerEntryKind)reader.ReadByte();
        var has = (Has)reader.ReadByte();
        int shared = reader.Read7BitEncodedInt(), rest = reader.Read7BitEncodedInt();
        if (shared + rest > path.Length)
        {
            Array.Resize(ref path, (shared + rest) * 2);
        }

        reader.BaseStream.ReadExactly(path, shared, rest);
        return new LayerEntry
        {
            Kind = kind,
            Path = PathText.Decode(path.AsSpan(0, shared + rest)),
            Mode = reader.Read7BitEncodedInt(),
            Uid = (uint)reader.Read7BitEncodedInt64(),
            Gid = (uint)reader.Read7BitEncodedInt64(),
            Size = reader.Read7BitEncodedInt64(),
            ModifiedSeconds = reader.Read7BitEncodedInt64(),
            DataOffset = has.HasFlag(Has.Data) ? reader.Read7BitEncodedInt64() : -1,
            LinkTarget = has.HasFlag(Has.Link) ? PathText.Decode(ReadBytes(reader)) : null,
            DeviceMajor = has.HasFlag(Has.Device) ? (uint)reader.Read7BitEncodedInt64() : 0,
            DeviceMinor = has.HasFlag(Has.Device) ? (uint)reader.Read7BitEncodedInt64() : 0,
            ContentDigest = has.HasFlag(Has.Digest) ? Digest.FromSha256(reader.ReadBytes(32)) : null,
            Xattrs = has.HasFlag(Has.Xattrs) ? ReadXattrs(reader) : null,
            IsOpaque = has.HasFlag(Has.Opaque),
            IsImplied = has.HasFlag(Has.Implied),
        };
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadXattrs(BinaryReader reader)
    {
        int count = reader.Read7BitEncodedInt();
        var xattrs = new Dictionary<string, ReadOnlyMemory<byte>>(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            xattrs.Add(PathText.Decode(ReadBytes(reader)), ReadBytes(reader));
        }

        return xattrs;
    }

    private static void WriteBytes(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.Read7BitEncodedInt());

    // FNV-1a over 64-bit words: it guards against damage, not against people, and must cost nothing.
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 1099511628211;
        }

        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * 1099511628211;
        }

        return hash;
    }
}
