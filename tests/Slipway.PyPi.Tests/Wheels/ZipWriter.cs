using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Slipway.Packages.Zip;

namespace Slipway.PyPi.Tests.Wheels;

/// <summary>Writes ZIP files byte by byte, so that a test can make wrong ones.</summary>
internal sealed class ZipWriter
{
    private readonly List<byte> _file = [];
    private readonly List<(string Name, byte[] Header)> _directory = [];

    /// <summary>The size in the end record is what a second entry would make of it, and so on: applied to the finished parts.</summary>
    public Action<byte[]>? ChangeEnd { get; set; }

    /// <summary>Lies between the members and the directory.</summary>
    public byte[] Gap { get; set; } = [];

    public byte[] Comment { get; set; } = [];

    public ZipWriter Add(string name, string text, uint mode = 0x81A4, bool deflate = true, bool descriptor = false, Action<byte[]>? local = null, Action<byte[]>? central = null, int flags = 0) =>
        Add(name, Encoding.UTF8.GetBytes(text), mode, deflate, descriptor, local, central, flags);

    public ZipWriter Add(string name, byte[] bytes, uint mode = 0x81A4, bool deflate = true, bool descriptor = false, Action<byte[]>? local = null, Action<byte[]>? central = null, int flags = 0)
    {
        byte[] rawName = Encoding.UTF8.GetBytes(name), stored = deflate ? Deflated(bytes) : bytes;
        var crc = new Crc32();
        crc.Append(bytes);
        long offset = _file.Count;
        int bits = flags | (descriptor ? 8 : 0) | (rawName.Length == name.Length ? 0 : 0x800);
        byte[] header = [.. Header(deflate, bits, crc.Value, stored.Length, bytes.Length, rawName)];
        byte[] first = [.. "PK\x03\x04"u8, .. header[2..], .. rawName];
        if (descriptor)
        {
            first.AsSpan(14, 12).Clear();
        }

        local?.Invoke(first);
        _file.AddRange(first);
        _file.AddRange(stored);
        if (descriptor)
        {
            _file.AddRange([.. "PK\x07\x08"u8, .. header[12..24]]);
        }

        byte[] place = new byte[14];
        BinaryPrimitives.WriteUInt32LittleEndian(place.AsSpan(6), mode << 16);
        BinaryPrimitives.WriteUInt32LittleEndian(place.AsSpan(10), (uint)offset);
        byte[] entry = [.. "PK\x01\x02"u8, 20, 3, .. header[2..], .. place, .. rawName];
        central?.Invoke(entry);
        _directory.Add((name, entry));
        return this;
    }

    public byte[] ToBytes()
    {
        _file.AddRange(Gap);
        uint offset = (uint)_file.Count;
        _directory.ForEach(entry => _file.AddRange(entry.Header));
        byte[] end = new byte[22];
        "PK\x05\x06"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)_directory.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)_directory.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)_file.Count - offset);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), offset);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(20), (ushort)Comment.Length);
        ChangeEnd?.Invoke(end);
        _file.AddRange(end);
        _file.AddRange(Comment);
        return [.. _file];
    }

    // From the version on, as both headers have it.
    private static byte[] Header(bool deflate, int flags, uint crc, int stored, int size, byte[] name)
    {
        byte[] header = new byte[28];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), 20);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)flags);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)(deflate ? 8 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), 0x21);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), crc);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), (uint)stored);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), (uint)size);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(24), (ushort)name.Length);
        return header;
    }

    private static byte[] Deflated(byte[] bytes)
    {
        var target = new MemoryStream();
        using (var deflate = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        return target.Length > 0 ? target.ToArray() : [3, 0];
    }
}
