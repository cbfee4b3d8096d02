using System.Buffers;
using System.Text;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

/// <summary>
/// Writes the canonical header of an entry: ustar where it fits, else a PAX header before it with only the records that are needed, sorted; no user or group
/// names, no other times than the one given, nothing of this machine or process. The rules are in docs/decisions/0010; changing them changes every digest.
/// </summary>
internal sealed class TarHeaderWriter(long timestamp)
{
    private const string PaxName = "PaxHeader";

    private readonly ArrayBufferWriter<byte> _output = new(2048);
    private long _time = timestamp;

    /// <summary>As <see cref="Format(LayerEntry)"/>, with another time for this one and those after it.</summary>
    internal ReadOnlySpan<byte> Format(LayerEntry entry, long time)
    {
        _time = Math.Clamp(time, 0, TarFormat.OctalLimit11 - 1);
        return Format(entry);
    }

    /// <summary>The header blocks of the entry (and of its opaque mark); valid until the next call.</summary>
    internal ReadOnlySpan<byte> Format(LayerEntry entry)
    {
        _output.ResetWrittenCount();
        switch (entry.Kind)
        {
            case LayerEntryKind.Whiteout:
                Append(EmptyFile(LayerPath.Combine(LayerPath.ParentOf(entry.Path), TarFormat.WhiteoutPrefix + entry.Name)));
                break;
            default:
                Append(entry);
                if (entry.IsOpaque)
                {
                    Append(EmptyFile(LayerPath.Combine(entry.Path, TarFormat.OpaqueMarker)));
                }

                break;
        }

        return _output.WrittenSpan;
    }

    private static LayerEntry EmptyFile(string path) => new() { Path = path, Kind = LayerEntryKind.File };

    private void Append(LayerEntry entry)
    {
        byte[] name = PathText.Encode(entry.IsDirectory ? (entry.Path.Length == 0 ? "./" : entry.Path + "/") : entry.Path);
        byte[] link = entry.Kind is LayerEntryKind.SymbolicLink or LayerEntryKind.HardLink ? PathText.Encode(entry.LinkTarget!) : [];
        var records = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        Span<byte> header = stackalloc byte[TarFormat.BlockSize];
        header.Clear();
        if (!TryWriteName(name, header))
        {
            records["path"] = name;
            WriteStandIn(name, header[TarFormat.Name]);
        }

        if (link.Length <= 100 && TarFormat.IsAscii(link))
        {
            link.CopyTo(header[TarFormat.LinkName]);
        }
        else
        {
            records["linkpath"] = link;
            WriteStandIn(link, header[TarFormat.LinkName]);
        }

        WriteNumber(header[TarFormat.Uid], entry.Uid, TarFormat.OctalLimit7, "uid", records);
        WriteNumber(header[TarFormat.Gid], entry.Gid, TarFormat.OctalLimit7, "gid", records);
        WriteNumber(header[TarFormat.Size], entry.Kind == LayerEntryKind.File ? entry.Size : 0, TarFormat.OctalLimit11, "size", records);
        foreach ((string key, ReadOnlyMemory<byte> value) in entry.Xattrs ?? new Dictionary<string, ReadOnlyMemory<byte>>())
        {
            records[TarFormat.XattrPrefix + key] = !key.Contains('=', StringComparison.Ordinal)
                ? value
                : throw new ArgumentException($"The extended attribute '{key}' of '{entry.Path}' has a '=' in its name, which tar cannot express.", nameof(entry));
        }

        WriteOctal(header[TarFormat.Mode], entry.Mode & 0xFFF);
        header[TarFormat.TypeFlag] = TypeFlag(entry.Kind);
        WriteOctal(header[TarFormat.DeviceMajor], entry.DeviceMajor);
        WriteOctal(header[TarFormat.DeviceMinor], entry.DeviceMinor);
        if (records.Count > 0)
        {
            AppendPax(records);
        }

        Finish(header);
    }

    private void AppendPax(SortedDictionary<string, ReadOnlyMemory<byte>> records)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach ((string key, ReadOnlyMemory<byte> value) in records)
        {
            AppendRecord(body, key, value.Span);
        }

        Span<byte> header = stackalloc byte[TarFormat.BlockSize];
        header.Clear();
        Encoding.ASCII.GetBytes(PaxName, header);
        WriteOctal(header[TarFormat.Mode], 0);
        WriteOctal(header[TarFormat.Uid], 0);
        WriteOctal(header[TarFormat.Gid], 0);
        WriteOctal(header[TarFormat.Size], body.WrittenCount);
        header[TarFormat.TypeFlag] = (byte)'x';
        WriteOctal(header[TarFormat.DeviceMajor], 0);
        WriteOctal(header[TarFormat.DeviceMinor], 0);
        Finish(header);
        _output.Write(body.WrittenSpan);
        Span<byte> padding = stackalloc byte[TarFormat.Padding(body.WrittenCount)];
        padding.Clear();
        _output.Write(padding);
    }

    // "length key=value\n", where the length counts itself.
    private static void AppendRecord(ArrayBufferWriter<byte> body, string key, ReadOnlySpan<byte> value)
    {
        byte[] keyBytes = PathText.Encode(key);
        int rest = keyBytes.Length + value.Length + 3;
        int length = rest + Digits(rest);
        length = rest + Digits(length);
        body.Write(Encoding.ASCII.GetBytes($"{length} "));
        body.Write(keyBytes);
        body.Write("="u8);
        body.Write(value);
        body.Write("\n"u8);
    }

    private static int Digits(int number) => number.ToString().Length;

    private void Finish(Span<byte> header)
    {
        WriteOctal(header[TarFormat.Modified], _time);
        "ustar\u000000"u8.CopyTo(header[TarFormat.Magic]);
        int sum = TarFormat.Sum(header);
        WriteOctal(header[TarFormat.Checksum][..7], sum);
        header[TarFormat.Checksum.End.Value - 1] = (byte)' ';
        _output.Write(header);
    }

    private static byte TypeFlag(LayerEntryKind kind) => kind switch
    {
        LayerEntryKind.File => (byte)'0',
        LayerEntryKind.HardLink => (byte)'1',
        LayerEntryKind.SymbolicLink => (byte)'2',
        LayerEntryKind.CharacterDevice => (byte)'3',
        LayerEntryKind.BlockDevice => (byte)'4',
        LayerEntryKind.Directory => (byte)'5',
        LayerEntryKind.Fifo => (byte)'6',
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static void WriteNumber(Span<byte> field, long value, long limit, string key, SortedDictionary<string, ReadOnlyMemory<byte>> records)
    {
        if (value >= limit)
        {
            records[key] = Encoding.ASCII.GetBytes(value.ToString());
            value = 0;
        }

        WriteOctal(field, value);
    }

    // Leading zeros, a zero byte at the end.
    private static void WriteOctal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (int i = field.Length - 2; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (value & 7));
        }
    }

    // The first 100 bytes with everything but ASCII replaced; only a reader that knows no PAX sees it.
    private static void WriteStandIn(ReadOnlySpan<byte> text, Span<byte> field)
    {
        for (int i = 0; i < Math.Min(text.Length, field.Length); i++)
        {
            field[i] = text[i] < 0x80 ? text[i] : (byte)'_';
        }
    }

    // Whole if it has at most 100 bytes, else split at the last '/' that leaves at most 155 before and 100 after it.
    private static bool TryWriteName(ReadOnlySpan<byte> name, Span<byte> header)
    {
        if (!TarFormat.IsAscii(name))
        {
            return false;
        }

        if (name.Length <= 100)
        {
            name.CopyTo(header[TarFormat.Name]);
            return true;
        }

        int slash = name.Length <= 256 ? name[..Math.Min(name.Length - 1, 156)].LastIndexOf((byte)'/') : -1;
        if (slash <= 0 || name.Length - slash - 1 is > 100 or 0)
        {
            return false;
        }

        name[..slash].CopyTo(header[TarFormat.Prefix]);
        name[(slash + 1)..].CopyTo(header[TarFormat.Name]);
        return true;
    }
}
