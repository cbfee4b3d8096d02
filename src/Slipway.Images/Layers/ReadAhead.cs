using Slipway.Foundation.Files;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Slipway.Foundation.Hashing;

namespace Slipway.Images.Layers;

/// <summary>
/// Reads a stream on a second thread (where it is decompressed) and hashes it on a third, a few buffers ahead of the reader.
/// </summary>
internal sealed class ReadAhead : ForwardStream
{
    private const int BufferSize = 256 * 1024, Depth = 8;

    private readonly Stream _source;
    private readonly BlockingCollection<(byte[] Buffer, int Length)> _read = new(Depth), _hashed = new(Depth);
    private readonly ConcurrentBag<byte[]> _free = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly Task _reading;
    private readonly Task<Digest> _hashing;
    private (byte[] Buffer, int Length) _current = ([], 0);
    private int _position;

    /// <param name="source">Disposed with this stream.</param>
    /// <param name="cancellationToken">Ends both threads.</param>
    internal ReadAhead(Stream source, CancellationToken cancellationToken)
    {
        _source = source;
        _registration = cancellationToken.Register(_stop.Cancel);
        _reading = Task.Factory.StartNew(ReadAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _hashing = Task.Factory.StartNew(HashAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How many bytes the reader has taken.</summary>
    internal long Taken { get; private set; }

    public override long Position
    {
        get => Taken;
        set => throw new NotSupportedException();
    }

    /// <summary>Reads to the end; the digest of everything.</summary>
    internal Digest Finish()
    {
        while (Next())
        {
            Taken += _current.Length;
            _position = _current.Length;
        }

        return _hashing.GetAwaiter().GetResult();
    }

    /// <summary>What can be had without waiting for the next buffer; empty at the end. Take it with <see cref="Skip"/>.</summary>
    internal ReadOnlySpan<byte> Peek() =>
        _position < _current.Length || Next() ? _current.Buffer.AsSpan(_position, _current.Length - _position) : [];

    /// <summary>Takes bytes that were peeked at.</summary>
    internal void Skip(int count)
    {
        _position += count;
        Taken += count;
    }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlySpan<byte> there = Peek();
        int count = Math.Min(there.Length, buffer.Length);
        there[..count].CopyTo(buffer);
        Skip(count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel();
            Task.WhenAll(_reading, _hashing).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
            _registration.Dispose();
            _source.Dispose();
            _read.Dispose();
            _hashed.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    // Goes to the next buffer; errors of the two threads surface here.
    private bool Next()
    {
        if (_current.Buffer.Length > 0)
        {
            _free.Add(_current.Buffer);
        }

        if (_hashed.TryTake(out _current, Timeout.Infinite, _stop.Token))
        {
            _position = 0;
            return true;
        }

        _current = ([], 0);
        _position = 0;
        _reading.GetAwaiter().GetResult();
        _hashing.GetAwaiter().GetResult();
        return false;
    }

    private void ReadAll()
    {
        try
        {
            for (; ; )
            {
                byte[] buffer = _free.TryTake(out byte[]? used) ? used : new byte[BufferSize];
                int length = _source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
                if (length > 0)
                {
                    _read.Add((buffer, length), _stop.Token);
                }

                if (length < buffer.Length)
                {
                    return;
                }
            }
        }
        finally
        {
            _read.CompleteAdding();
        }
    }

    private Digest HashAll()
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach ((byte[] buffer, int length) in _read.GetConsumingEnumerable(_stop.Token))
            {
                hash.AppendData(buffer, 0, length);
                _hashed.Add((buffer, length), _stop.Token);
            }

            return Digest.FromSha256(hash.GetHashAndReset());
        }
        finally
        {
            _hashed.CompleteAdding();
        }
    }
}
