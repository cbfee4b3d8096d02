using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Files;

namespace Slipway.Packages.Archives;

/// <summary>The bytes of an archive, read from any place.</summary>
public abstract class ArchiveBytes : IDisposable
{
    /// <summary>How many there are; waits until that is known.</summary>
    public abstract long Length { get; }

    /// <summary>Reads what is there at a place, waiting for at least one byte; 0 behind the end.</summary>
    public abstract int Read(long offset, Span<byte> buffer);

    /// <summary>Fills the buffer; false when the end comes first.</summary>
    public bool TryFill(long offset, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int read = Read(offset, buffer);
            if (read == 0)
            {
                return false;
            }

            offset += read;
            buffer = buffer[read..];
        }

        return true;
    }

    /// <summary>A stretch of the bytes as a stream, which does not own them.</summary>
    public Stream Open(long offset, long length) => new Slice(this, offset, length);

    public abstract void Dispose();

    private sealed class Slice(ArchiveBytes bytes, long offset, long length) : ForwardStream
    {
        private long _offset = offset, _left = length;

        public override int Read(Span<byte> buffer)
        {
            int read = _left == 0 ? 0 : bytes.Read(_offset, buffer[..(int)Math.Min(buffer.Length, _left)]);
            (_offset, _left) = (_offset + read, _left - read);
            return read;
        }
    }
}

/// <summary>An archive that lies on disk as a whole.</summary>
public sealed class ArchiveFile(SafeFileHandle file) : ArchiveBytes
{
    private readonly long _length = RandomAccess.GetLength(file);

    public override long Length => _length;

    public static ArchiveFile Open(string path) => new(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan));

    public override int Read(long offset, Span<byte> buffer) => RandomAccess.Read(file, buffer, offset);

    public override void Dispose() => file.Dispose();
}
