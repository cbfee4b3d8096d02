using System.Buffers.Binary;
using System.Security.Cryptography;
using Slipway.Foundation.Linux;

namespace Slipway.Foundation.Hashing;

/// <summary>
/// A digest over many small values without ambiguity: texts and bytes are preceded by their length, numbers have a fixed one. Values are gathered in
/// a buffer, because hashing a few bytes at a time costs more than the bytes.
/// </summary>
public sealed class RecordHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    public void Append(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);
        _used += sizeof(long);
    }

    /// <summary>A text; names that are not UTF-8 count with their own bytes (<see cref="PathText"/>).</summary>
    public void Append(string text)
    {
        int most = PathText.MaxLength(text);
        if (sizeof(long) + most > _buffer.Length)
        {
            Append(PathText.Encode(text));
            return;
        }

        Span<byte> room = Room(sizeof(long) + most);
        int length = PathText.Encode(text, room[sizeof(long)..]);
        BinaryPrimitives.WriteInt64LittleEndian(room, length);
        _used += sizeof(long) + length;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Append(bytes.Length);
        if (bytes.Length > _buffer.Length)
        {
            Flush();
            _hash.AppendData(bytes);
            return;
        }

        bytes.CopyTo(Room(bytes.Length));
        _used += bytes.Length;
    }

    /// <summary>The digest of all that was appended; the hash then starts anew.</summary>
    public Digest ToDigest()
    {
        Flush();
        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(result);
        return Digest.FromSha256(result);
    }

    public void Dispose() => _hash.Dispose();

    private Span<byte> Room(int size)
    {
        if (_buffer.Length - _used < size)
        {
            Flush();
        }

        return _buffer.AsSpan(_used);
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _used);
        _used = 0;
    }
}
