using System.Security.Cryptography;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;

namespace Slipway.Images.Store;

/// <summary>A write-only stream into a temporary file of the store that becomes a blob when committed.</summary>
public sealed class BlobWriter : Stream
{
    private readonly BlobStore _store;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _hash512;
    private long _length;
    private bool _committed;
    private FileGrowth? _growth;

    internal BlobWriter(BlobStore store, string path, bool sha512)
    {
        (_store, _path) = (store, path);
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0);
        _hash512 = sha512 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA512) : null;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>Lets somebody read along; asked for before anything is written.</summary>
    internal GrowingBlob Share() => new(_path, _growth = new FileGrowth());

    /// <summary>Makes the bytes written so far a blob. The digest and size, when given, must match, or it is an <see cref="InvalidDataException"/>.</summary>
    public async Task<Digest> CommitAsync(Digest? expected, long? expectedSize, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_committed, this);
        if (expectedSize is { } size && size != _length)
        {
            throw new InvalidDataException($"The blob {expected} has {_length} bytes, expected {size}{(_length < size ? "; it is truncated" : "")}.");
        }

        Digest digest = _hash512 is null
            ? Digest.FromSha256(_hash.GetHashAndReset())
            : Digest.Parse("sha512:" + Convert.ToHexStringLower(_hash512.GetHashAndReset()));
        if (expected is { } wanted && wanted != digest)
        {
            throw new InvalidDataException($"The blob is corrupt: its digest is {digest}, expected {wanted}.");
        }

        await _file.FlushAsync(cancellationToken);
        await _file.DisposeAsync();
        _store.Take(_path, digest);
        _committed = true;
        _growth?.End();
        return digest;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _hash.AppendData(buffer);
        _hash512?.AppendData(buffer);
        _file.Write(buffer);
        _length += buffer.Length;
        _growth?.Advance(_length);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        _hash512?.AppendData(buffer.Span);
        await _file.WriteAsync(buffer, cancellationToken);
        _length += buffer.Length;
        _growth?.Advance(_length);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => _file.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
            _hash512?.Dispose();
            if (!_committed)
            {
                _growth?.Fail(new IOException("it was given up"));
                File.Delete(_path);
            }
        }

        base.Dispose(disposing);
    }
}
