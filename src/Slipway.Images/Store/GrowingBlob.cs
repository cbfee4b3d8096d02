using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Files;

namespace Slipway.Images.Store;

/// <summary>
/// A blob that is still being written, for one who sends it meanwhile. Its bytes can be read from any place, again and again, also after it was
/// committed; reading waits for those that are not there yet. Whoever got it disposes it.
/// </summary>
public sealed class GrowingBlob : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly FileGrowth _growth;

    internal GrowingBlob(string path, FileGrowth growth) =>
        (_file, _growth) = (File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), growth);

    /// <summary>Whether there will be no more bytes because writing failed; reading then throws.</summary>
    public bool HasFailed => _growth.HasFailed;

    /// <summary>The bytes from a place on.</summary>
    public Stream OpenAt(long offset) => new Reader(this, offset);

    public void Dispose() => _file.Dispose();

    private sealed class Reader(GrowingBlob blob, long offset) : ForwardStream
    {
        private long _offset = offset;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            long more = await blob._growth.WaitAsync(_offset, cancellationToken) - _offset;
            int read = more <= 0 || buffer.Length == 0 ? 0
                : await RandomAccess.ReadAsync(blob._file, buffer[..(int)Math.Min(buffer.Length, more)], _offset, cancellationToken);
            _offset += read;
            return read;
        }

        public override int Read(Span<byte> buffer)
        {
            ValueTask<long> growth = blob._growth.WaitAsync(_offset, CancellationToken.None);
            long more = (growth.IsCompleted ? growth.Result : growth.AsTask().GetAwaiter().GetResult()) - _offset;
            int read = more <= 0 || buffer.Length == 0 ? 0 : RandomAccess.Read(blob._file, buffer[..(int)Math.Min(buffer.Length, more)], _offset);
            _offset += read;
            return read;
        }
    }
}
