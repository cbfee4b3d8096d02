using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Hashing;

namespace Slipway.Images.Layers;

/// <summary>
/// The far end of a layer writer: large buffers go to a second thread that hashes and stores them while the next one is being filled.
/// </summary>
internal sealed class TarOutput : IAsyncDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly Channel<(byte[] Buffer, int Length)> _full = Channel.CreateBounded<(byte[], int)>(
        new BoundedChannelOptions(6) { SingleReader = true, SingleWriter = true });

    private readonly SafeFileHandle? _file;
    private readonly Task<Digest> _storing;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _used;

    /// <param name="file">Where the bytes go, or null to hash only. Stays the caller's.</param>
    internal TarOutput(SafeFileHandle? file)
    {
        _file = file;
        _storing = Task.Run(StoreAsync);
    }

    /// <summary>How many bytes were written.</summary>
    internal long Length { get; private set; }

    /// <summary>The free part of the current buffer, never empty; what was put there is taken by <see cref="AdvanceAsync"/>.</summary>
    internal Span<byte> Free => _buffer.AsSpan(_used, BufferSize - _used);

    internal ValueTask AdvanceAsync(int count, CancellationToken cancellationToken)
    {
        _used += count;
        Length += count;
        return _used == BufferSize ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    /// <summary>Whether that many bytes fit into the current buffer and leave some free.</summary>
    internal bool Fits(int count) => count < BufferSize - _used;

    /// <summary>Copies bytes that fit.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free);
        _used += bytes.Length;
        Length += bytes.Length;
    }

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            int count = Math.Min(bytes.Length, BufferSize - _used);
            bytes.Span[..count].CopyTo(Free);
            await AdvanceAsync(count, cancellationToken);
            bytes = bytes[count..];
        }
    }

    internal async ValueTask WriteZerosAsync(int count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            int part = Math.Min(count, BufferSize - _used);
            Free[..part].Clear();
            await AdvanceAsync(part, cancellationToken);
            count -= part;
        }
    }

    /// <summary>Waits until all is stored; the digest of all bytes.</summary>
    internal async Task<Digest> CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        _full.Writer.TryComplete();
        return await _storing;
    }

    public async ValueTask DisposeAsync()
    {
        _full.Writer.TryComplete();
        await _storing.ContinueWith(static _ => { }, TaskScheduler.Default); // its error was shown by the write that met it, or nobody wants it
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_used > 0)
        {
            byte[] full = _buffer;
            _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            int length = _used;
            _used = 0;
            try
            {
                await _full.Writer.WriteAsync((full, length), cancellationToken);
            }
            catch (ChannelClosedException)
            {
                await _storing; // says what went wrong: a full disk, most often
                throw;
            }
        }
    }

    private async Task<Digest> StoreAsync()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long offset = 0;
        try
        {
            await foreach ((byte[] buffer, int length) in _full.Reader.ReadAllAsync(CancellationToken.None))
            {
                hash.AppendData(buffer, 0, length);
                if (_file is not null)
                {
                    RandomAccess.Write(_file, buffer.AsSpan(0, length), offset);
                }

                offset += length;
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (Exception e)
        {
            _full.Writer.TryComplete(e);
            throw;
        }

        return Digest.FromSha256(hash.GetHashAndReset());
    }
}
