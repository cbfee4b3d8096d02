using System.Diagnostics.CodeAnalysis;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

/// <summary>
/// Reads a tar stream header by header: ustar, PAX (local and global), GNU long names and sparse files. Trusts nothing: sizes, numbers,
/// and the length of extended headers are bounded. Reading is synchronous, for a thread of one's own.
/// </summary>
public sealed class TarReader : IDisposable
{
    private const int MaximumExtendedHeader = 1 << 20;
    private const long MaximumSize = 1L << 56;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly byte[] _header = new byte[TarFormat.BlockSize];

    // What is left in the stream of the current member's stored bytes, and the blanks after them.
    private long _stored;
    private int _padding;

    // Where the reader of the current member is, in the file as it will be.
    private long _position;
    private long _size;
    private List<TarSegment>? _segments;
    private int _segment;
    private bool _ended;

    public TarReader(Stream stream, bool leaveOpen = false)
    {
        _leaveOpen = leaveOpen;
        _stream = stream is ReadAhead or MemoryStream or BufferedStream ? stream : new BufferedStream(stream, 128 * 1024);
    }

    /// <summary>How far into the uncompressed archive the reader is.</summary>
    public long Offset { get; private set; }

    /// <summary>Goes to the next member, skipping what was not read of this one; false at the end of the archive.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a tar archive or end too early.</exception>
    public bool Read([NotNullWhen(true)] out TarMember? member)
    {
        member = null;
        PaxRecords? pax = null;
        string? longName = null, longLink = null;
        while (!_ended)
        {
            SkipData();
            if (!ReadHeader())
            {
                _ended = true;
                return pax is null && longName is null && longLink is null
                    ? false
                    : throw new InvalidDataException("The tar archive ends after an extended header.");
            }

            long size = TarNumber.Read(_header[TarFormat.Size], "size");
            switch ((char)_header[TarFormat.TypeFlag])
            {
                case 'x' or 'X':
                    pax = PaxRecords.Parse(ReadExtended(size));
                    break;
                case 'g':
                    PaxRecords.Parse(ReadExtended(size)); // says nothing about files that matters here, such as git's commit
                    break;
                case 'L':
                    longName = PathText.Decode(CutAtZero(ReadExtended(size)));
                    break;
                case 'K':
                    longLink = PathText.Decode(CutAtZero(ReadExtended(size)));
                    break;
                case 'V': // GNU volume label
                    (_stored, _padding) = (Limited(size), TarFormat.Padding(size));
                    break;
                default:
                    member = ReadMember(pax, longName, longLink);
                    return true;
            }
        }

        return false;
    }

    /// <summary>Reads the current member's bytes (holes of sparse files as zeros); 0 at their end.</summary>
    public int ReadData(Span<byte> buffer)
    {
        if (_position == _size || buffer.Length == 0)
        {
            return 0;
        }

        while (_segments is not null && _segment < _segments.Count && _segments[_segment] is var past && _position >= past.Offset + past.Length)
        {
            _segment++;
        }

        int count = (int)Math.Min(buffer.Length, _size - _position);
        if (_segments is not null)
        {
            TarSegment next = _segment < _segments.Count ? _segments[_segment] : new TarSegment(_size, 0);
            if (_position < next.Offset)
            {
                count = (int)Math.Min(count, next.Offset - _position);
                buffer[..count].Clear();
                _position += count;
                return count;
            }

            count = (int)Math.Min(count, next.Offset + next.Length - _position);
        }

        int read = _stream.Read(buffer[..count]);
        if (read == 0)
        {
            throw TooShort();
        }

        _position += read;
        _stored -= read;
        Offset += read;
        return read;
    }

    /// <summary>
    /// Reads as many of the stored bytes as can be had at once, into the scratch buffer or in place; empty at their end. Holes are not filled: for a sparse
    /// file the caller walks its segments. Valid until the next read.
    /// </summary>
    internal ReadOnlySpan<byte> ReadStored(Span<byte> scratch, long limit)
    {
        int wanted = (int)Math.Min(Math.Min(limit, _stored), int.MaxValue);
        if (wanted == 0)
        {
            return [];
        }

        ReadOnlySpan<byte> bytes;
        if (_stream is ReadAhead ahead)
        {
            bytes = ahead.Peek();
            bytes = bytes[..Math.Min(bytes.Length, wanted)];
            ahead.Skip(bytes.Length);
        }
        else
        {
            bytes = scratch[.._stream.Read(scratch[..Math.Min(scratch.Length, wanted)])];
        }

        if (bytes.Length == 0)
        {
            throw TooShort();
        }

        _stored -= bytes.Length;
        _position = _size; // the two ways of reading do not mix
        Offset += bytes.Length;
        return bytes;
    }

    /// <summary>The current member's bytes as a stream, valid until the next <see cref="Read"/>.</summary>
    public Stream OpenData() => new TarData(this, _size);

    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    private TarMember ReadMember(PaxRecords? pax, string? longName, string? longLink)
    {
        TarMemberKind kind = KindOf((char)_header[TarFormat.TypeFlag]);
        string name = pax?.Text("GNU.sparse.name") ?? pax?.Text("path") ?? longName ?? HeaderName();
        if (kind == TarMemberKind.File && name.EndsWith('/') && _header[TarFormat.TypeFlag] == 0)
        {
            kind = TarMemberKind.Directory; // how tars before POSIX marked directories
        }

        // Only files have bytes after their header; a size elsewhere counts nothing, except what old GNU dumps store for a directory.
        long stored = kind == TarMemberKind.File || _header[TarFormat.TypeFlag] == 'D' ? Limited(pax?.Number("size") ?? TarNumber.Read(_header[TarFormat.Size], "size")) : 0;
        (_stored, _padding) = (stored, TarFormat.Padding(stored));
        (_segments, _size) = kind == TarMemberKind.File ? ReadSparse(pax, stored) : (null, 0);
        (_position, _segment) = (0, 0);
        return new TarMember
        {
            Name = name,
            Kind = kind,
            Mode = (int)TarNumber.Read(_header[TarFormat.Mode], "mode", mayBeNegative: true) & 0xFFF,
            Uid = Id(pax?.Number("uid") ?? TarNumber.Read(_header[TarFormat.Uid], "uid")),
            Gid = Id(pax?.Number("gid") ?? TarNumber.Read(_header[TarFormat.Gid], "gid")),
            Size = _size,
            LinkName = pax?.Text("linkpath") ?? longLink ?? PathText.Decode(CutAtZero(_header[TarFormat.LinkName])),
            DeviceMajor = kind is TarMemberKind.CharacterDevice or TarMemberKind.BlockDevice ? Id(TarNumber.Read(_header[TarFormat.DeviceMajor], "device number")) : 0,
            DeviceMinor = kind is TarMemberKind.CharacterDevice or TarMemberKind.BlockDevice ? Id(TarNumber.Read(_header[TarFormat.DeviceMinor], "device number")) : 0,
            ModifiedSeconds = pax?.Number("mtime") ?? TarNumber.Read(_header[TarFormat.Modified], "time", mayBeNegative: true),
            Xattrs = pax?.Xattrs,
            DataOffset = _segments is null ? Offset : -1,
            Segments = _segments,
        };
    }

    private (List<TarSegment>? Segments, long Size) ReadSparse(PaxRecords? pax, long stored)
    {
        if (_header[TarFormat.TypeFlag] == 'S')
        {
            long real = Limited(TarNumber.Read(_header[TarFormat.SparseRealSize], "size"));
            return (SparseMap.Check(ReadOldSparse(), real, stored), real);
        }

        if (pax?.Number("GNU.sparse.major") is { } major)
        {
            if ((major, pax.Number("GNU.sparse.minor")) != (1, 0) || pax.Number("GNU.sparse.realsize") is not { } real)
            {
                throw new InvalidDataException("The tar archive holds a sparse file in an unknown format.");
            }

            (List<long> pairs, long length) = SparseMap.ReadLines(ReadSparseBlock);
            return (SparseMap.Check(pairs, Limited(real), stored - length), real);
        }

        if (pax?.Number("GNU.sparse.size") is { } size)
        {
            IReadOnlyList<long> pairs = pax.Text("GNU.sparse.map") is { } map ? SparseMap.ParseList(map) : pax.SparsePairs;
            return (SparseMap.Check(pairs, Limited(size), stored), size);
        }

        return (null, stored);

        byte[] ReadSparseBlock()
        {
            if (_stored < TarFormat.BlockSize)
            {
                throw TooShort();
            }

            byte[] block = new byte[TarFormat.BlockSize];
            Fill(block);
            _stored -= block.Length;
            return block;
        }
    }

    private List<long> ReadOldSparse()
    {
        var pairs = new List<long>();
        AddPairs(_header[TarFormat.SparseEntries]);
        bool more = _header[TarFormat.SparseExtended] != 0;
        byte[] block = new byte[TarFormat.BlockSize];
        while (more)
        {
            Fill(block);
            AddPairs(block.AsSpan(0, 504));
            more = block[504] != 0;
            if (pairs.Count > 1 << 21)
            {
                throw new InvalidDataException("The map of a sparse file in the tar archive is too long.");
            }
        }

        return pairs;

        void AddPairs(ReadOnlySpan<byte> entries)
        {
            for (; entries.Length >= 24 && entries[0] != 0; entries = entries[24..])
            {
                pairs.Add(TarNumber.Read(entries[..12], "sparse offset"));
                pairs.Add(TarNumber.Read(entries[12..24], "sparse length"));
            }
        }
    }

    private static TarMemberKind KindOf(char flag) => flag switch
    {
        '0' or '\0' or '7' or 'S' => TarMemberKind.File,
        '1' => TarMemberKind.HardLink,
        '2' => TarMemberKind.SymbolicLink,
        '3' => TarMemberKind.CharacterDevice,
        '4' => TarMemberKind.BlockDevice,
        '5' or 'D' => TarMemberKind.Directory,
        '6' => TarMemberKind.Fifo,
        'M' => throw new InvalidDataException("The tar archive is one part of several; only whole archives can be read."),
        _ => throw new InvalidDataException($"The tar archive has a member of the unknown type '{(char.IsAsciiLetterOrDigit(flag) ? flag : '?')}'."),
    };

    // True with a header; false at the end: two zero blocks, or nothing more.
    private bool ReadHeader()
    {
        for (int zeros = 0; ; zeros++)
        {
            int read = _stream.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false);
            Offset += read;
            if (read == 0 && (zeros > 0 || Offset > 0))
            {
                return false;
            }

            if (read < _header.Length)
            {
                throw TooShort();
            }

            if (_header.AsSpan().ContainsAnyExcept((byte)0))
            {
                break;
            }

            if (zeros == 1)
            {
                return false;
            }
        }

        long expected = TarNumber.Read(_header[TarFormat.Checksum], "checksum");
        return TarFormat.Sum(_header) == expected || SignedSum() == expected
            ? true
            : throw new InvalidDataException(Offset == _header.Length ? "This is not a tar archive." : "A header of the tar archive has a wrong checksum.");
    }

    // Some old writers summed signed bytes.
    private int SignedSum()
    {
        int sum = TarFormat.Sum(_header);
        for (int i = 0; i < _header.Length; i++)
        {
            sum -= _header[i] >= 0x80 && i is < 148 or >= 156 ? 256 : 0;
        }

        return sum;
    }

    private string HeaderName()
    {
        ReadOnlySpan<byte> name = CutAtZero(_header[TarFormat.Name]);
        ReadOnlySpan<byte> prefix = _header[TarFormat.Magic].AsSpan(0, 6).SequenceEqual("ustar\0"u8) ? CutAtZero(_header[TarFormat.Prefix]) : [];
        return prefix.Length == 0 ? PathText.Decode(name) : $"{PathText.Decode(prefix)}/{PathText.Decode(name)}";
    }

    private byte[] ReadExtended(long size)
    {
        if (size > MaximumExtendedHeader)
        {
            throw new InvalidDataException($"An extended header of the tar archive has {size} bytes; at most {MaximumExtendedHeader} are accepted.");
        }

        byte[] body = new byte[size];
        Fill(body);
        (_stored, _padding) = (0, TarFormat.Padding(size));
        return body;
    }

    private void SkipData()
    {
        long left = _stored + _padding;
        (_stored, _padding, _position, _size, _segments) = (0, 0, 0, 0, null);
        Span<byte> waste = stackalloc byte[4096];
        while (left > 0)
        {
            int read = _stream is ReadAhead ahead ? SkipAhead(ahead, left) : _stream.Read(waste[..(int)Math.Min(left, waste.Length)]);
            if (read == 0)
            {
                throw TooShort();
            }

            left -= read;
            Offset += read;
        }
    }

    private static int SkipAhead(ReadAhead ahead, long left)
    {
        int there = (int)Math.Min(ahead.Peek().Length, left);
        ahead.Skip(there);
        return there;
    }

    private void Fill(Span<byte> buffer)
    {
        if (_stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
        {
            throw TooShort();
        }

        Offset += buffer.Length;
    }

    private static ReadOnlySpan<byte> CutAtZero(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field;

    private static long Limited(long size) => size is >= 0 and <= MaximumSize ? size : throw new InvalidDataException("A header of the tar archive has a wrong size.");

    private static uint Id(long id) => id is >= 0 and <= uint.MaxValue ? (uint)id : throw new InvalidDataException("A header of the tar archive has a wrong owner or device number.");

    private static InvalidDataException TooShort() => new("The tar archive ends too early; it is truncated.");
}
