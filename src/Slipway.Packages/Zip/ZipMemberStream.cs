using System.IO.Compression;
using Slipway.Foundation.Files;
using Slipway.Packages.Archives;

namespace Slipway.Packages.Zip;

/// <summary>The bytes of a member of a ZIP file. That there are exactly as many as its headers say is checked when the end is reached; their CRC is not (see <see cref="Crc32"/>).</summary>
public sealed class ZipMemberStream : ForwardStream
{
    private readonly Stream _bytes;
    private readonly string _name;
    private long _left;

    public ZipMemberStream(ArchiveBytes file, ZipEntry entry)
    {
        Stream stored = file.Open(entry.Offset, entry.StoredSize);
        (_bytes, _name, _left) = (entry.IsDeflated ? new DeflateStream(stored, CompressionMode.Decompress) : stored, entry.Name, entry.Size);
    }

    /// <exception cref="InvalidDataException">The bytes end too early, go on too long, or are damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_left == 0)
        {
            return buffer.Length > 0 && _bytes.ReadByte() >= 0 ? throw Wrong("more") : 0;
        }

        int read = _bytes.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (read == 0 && buffer.Length > 0)
        {
            throw Wrong("fewer");
        }

        _left -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _bytes.Dispose();
        }

        base.Dispose(disposing);
    }

    private InvalidDataException Wrong(string what) => new($"its member '{_name}' has {what} bytes than its headers say");
}
