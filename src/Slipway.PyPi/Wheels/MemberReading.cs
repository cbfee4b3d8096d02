using System.Security.Cryptography;
using Slipway.Foundation.Files;
using Slipway.Packages.Zip;

namespace Slipway.PyPi.Wheels;

/// <summary>The bytes of a member on their way somewhere, and what is learned of them: their digests, and how they begin.</summary>
internal sealed class MemberReading : ForwardStream
{
    private const int HeadLength = 4096;

    private readonly Stream _source;
    private readonly RecordHash? _expected;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _other;
    private readonly byte[]? _head;
    private Crc32 _crc = new();
    private int _headLength;

    /// <param name="source">Owned.</param>
    /// <param name="expected">The digest that RECORD says; null: the archive's CRC has to do.</param>
    /// <param name="keepsHead">Whether the first bytes are wanted.</param>
    internal MemberReading(Stream source, RecordHash? expected, bool keepsHead)
    {
        (_source, _expected) = (source, expected);
        _other = expected is null || expected.Algorithm == HashAlgorithmName.SHA256 ? null : expected.Begin();
        _head = keepsHead ? new byte[HeadLength] : null;
    }

    public override int Read(Span<byte> buffer)
    {
        int read = _source.Read(buffer);
        ReadOnlySpan<byte> bytes = buffer[..read];
        _sha256.AppendData(bytes);
        _other?.AppendData(bytes);
        if (_expected is null)
        {
            _crc.Append(bytes);
        }

        if (_head is not null && _headLength < HeadLength)
        {
            int count = Math.Min(read, HeadLength - _headLength);
            bytes[..count].CopyTo(_head.AsSpan(_headLength));
            _headLength += count;
        }

        return read;
    }

    /// <summary>The sha256 of all bytes, and whether they are the expected ones. Once, after the last byte.</summary>
    internal (string Sha256, bool IsRight) Finish(uint crc)
    {
        byte[] sha256 = _sha256.GetHashAndReset();
        bool isRight = _expected is null ? _crc.Value == crc : _expected.Matches(_other?.GetHashAndReset() ?? sha256);
        return (Convert.ToHexStringLower(sha256), isRight);
    }

    /// <summary>The length of the first line of a script that wants the environment's Python (the wheel specification, "Recommended installer features"); 0 for other files.</summary>
    internal int PythonLine
    {
        get
        {
            ReadOnlySpan<byte> head = _head.AsSpan(0, _headLength);
            return !head.StartsWith("#!python"u8) ? 0
                : head.IndexOf((byte)'\n') is var end and >= 0 ? end + 1
                : _headLength < HeadLength ? _headLength : 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
            _sha256.Dispose();
            _other?.Dispose();
        }

        base.Dispose(disposing);
    }
}
