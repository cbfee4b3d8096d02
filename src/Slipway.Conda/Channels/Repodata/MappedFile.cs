using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Conda.Channels.Repodata;

/// <summary>A file as memory that the system reads in when it is looked at. The file must not be cut while it is mapped; the cache only ever replaces files.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;

    public MappedFile(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path);
        Length = RandomAccess.GetLength(handle);
        if (Length == 0)
        {
            return; // nothing can be mapped, and nothing is there
        }

        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        Length = Math.Min(Length, (long)_view.SafeMemoryMappedViewHandle.ByteLength);
    }

    public long Length { get; }

    /// <exception cref="InvalidDataException">It is not all inside the file.</exception>
    public ReadOnlySpan<byte> Slice(long start, int length) => start >= 0 && length >= 0 && start <= Length - length
        ? new ReadOnlySpan<byte>(_start + start, length)
        : throw new InvalidDataException("the index does not fit its file");

    public void Dispose()
    {
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }
}
