using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Files;

namespace Slipway.Packages.Contents;

/// <summary>
/// The bytes of a package's files one after another in one file without a name, so that they can be read in the order of a layer. It is never flushed to
/// disk: most of the time it lives and dies in the system's cache.
/// </summary>
public sealed class SpooledContents : WritableContents
{
    private const int BufferSize = 256 * 1024;

    private readonly SafeFileHandle _file;
    private byte[] _buffer = [];
    private int _used;
    private long _flushed;

    /// <param name="path">Is made, opened, and unlinked at once.</param>
    public SpooledContents(string path)
    {
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(path); // goes with the process, however it ends
    }

    public override SafeFileHandle Spool => _file;

    public override long Add(bool isExecutable, Stream data)
    {
        _buffer = _buffer.Length > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(BufferSize);
        long start = _flushed + _used;
        int read;
        while ((read = data.Read(_buffer.AsSpan(_used))) > 0)
        {
            _used += read;
            if (_used == _buffer.Length)
            {
                Flush();
            }
        }

        return start;
    }

    public override void Complete()
    {
        if (_buffer.Length > 0)
        {
            Flush();
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    public override void Put(long content, bool isExecutable, Stream data)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        int read;
        while ((read = data.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0)
        {
            RandomAccess.Write(_file, buffer.AsSpan(0, read), content);
            content += read;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    public override long After(long content, long size) => content + size;

    public override Stream Open(PackageMember file) => new Range(_file, file.Content, file.Size);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }
    }

    private void Flush()
    {
        RandomAccess.Write(_file, _buffer.AsSpan(0, _used), _flushed);
        (_flushed, _used) = (_flushed + _used, 0);
    }

    private sealed class Range(SafeFileHandle file, long offset, long length) : ForwardStream
    {
        private long _offset = offset, _left = length;

        public override int Read(Span<byte> buffer)
        {
            int read = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, _left)], _offset);
            (_offset, _left) = (_offset + read, _left - read);
            return read;
        }
    }
}
