using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Slipway.Conda.Channels.Repodata;

/// <summary>
/// For each package name of a channel's folder, where its records lie in the JSON. Kept in a file beside it, so that a later command parses only the
/// records it asks for. The file is of this machine only (byte order), made from the JSON whenever it is absent or does not fit.
/// </summary>
/// <remarks>
/// Form: magic, length of the JSON (8), counts of names and entries (4 + 4), length of the texts (4), then
/// names (start in the texts: 4, first entry: 4; one more than there are, to end the last), entries (<see cref="RecordEntry"/>), texts. The first texts are subdir, base URL, and the two relations.
/// </remarks>
internal sealed class RepodataIndex
{
    private const int HeaderLength = 28;

    private const int OwnTexts = 4;

    private readonly byte[] _file;
    private readonly int _names;
    private readonly int _entries;

    private RepodataIndex(byte[] file)
    {
        _file = file;
        _names = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(16));
        _entries = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(20));
        Subdir = Said(0);
        BaseUrl = Said(1);
        Relations = new ChannelRelations(Said(2), Said(3));
    }

    // The digit is the form's version.
    private static ReadOnlySpan<byte> Magic => "slipidx2"u8;

    /// <summary>How many packages there are.</summary>
    public int NameCount => _names - OwnTexts;

    /// <summary>How many records there are.</summary>
    public int RecordCount => _entries;

    /// <summary>The folder's name as it says itself, or null.</summary>
    public string? Subdir { get; }

    /// <summary>Where package files are, when not beside the JSON (CEP 15).</summary>
    public string? BaseUrl { get; }

    /// <summary>The channels that belong to this one (CEP 42).</summary>
    public ChannelRelations Relations { get; }

    private ReadOnlySpan<NameRow> Rows => MemoryMarshal.Cast<byte, NameRow>(_file.AsSpan(HeaderLength, (_names + 1) * 8));

    private ReadOnlySpan<RecordEntry> Entries => MemoryMarshal.Cast<byte, RecordEntry>(_file.AsSpan(HeaderLength + ((_names + 1) * 8), _entries * EntryLength));

    private ReadOnlySpan<byte> Texts => _file.AsSpan(HeaderLength + ((_names + 1) * 8) + (_entries * EntryLength));

    private static int EntryLength { get; } = Marshal.SizeOf<RecordEntry>();

    /// <summary>Puts an index together; names are sorted by their bytes.</summary>
    public static RepodataIndex Make(Utf8Table names, List<(int Name, RecordEntry Entry)> entries, string? subdir, string? baseUrl, ChannelRelations relations)
    {
        int[] order = new int[names.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => names[a].SequenceCompareTo(names[b]));
        int[] rank = new int[order.Length];
        int[] first = new int[order.Length + 1];
        for (int i = 0; i < order.Length; i++)
        {
            rank[order[i]] = i;
        }

        foreach ((int name, _) in entries)
        {
            first[rank[name] + 1]++;
        }

        for (int i = 1; i < first.Length; i++)
        {
            first[i] += first[i - 1];
        }

        using var texts = new MemoryStream();
        int count = order.Length + OwnTexts;
        var rows = new NameRow[count + 1];
        string?[] own = [subdir, baseUrl, relations.Base, relations.Overrides];
        for (int i = 0; i < OwnTexts; i++)
        {
            rows[i] = new NameRow((int)texts.Position, 0);
            texts.Write(Encoding.UTF8.GetBytes(own[i] ?? ""));
        }

        for (int i = 0; i < order.Length; i++)
        {
            rows[i + OwnTexts] = new NameRow((int)texts.Position, first[i]);
            texts.Write(names[order[i]]);
        }

        rows[count] = new NameRow((int)texts.Position, entries.Count);
        var sorted = new RecordEntry[entries.Count];
        int[] next = first[..^1];
        foreach ((int name, RecordEntry entry) in entries)
        {
            sorted[next[rank[name]]++] = entry;
        }

        byte[] file = [.. Magic, .. new byte[HeaderLength - 8], .. MemoryMarshal.AsBytes<NameRow>(rows), .. MemoryMarshal.AsBytes<RecordEntry>(sorted), .. texts.ToArray()];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), count);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(20), entries.Count);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), (int)texts.Length);
        return new RepodataIndex(file);
    }

    /// <summary>Reads an index file; null when it is none, of another form, or of another JSON.</summary>
    /// <param name="file">All its bytes.</param>
    /// <param name="sourceLength">Bytes of the JSON.</param>
    public static RepodataIndex? TryRead(byte[] file, long sourceLength)
    {
        if (file.Length < HeaderLength || !file.AsSpan().StartsWith(Magic) || BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(8)) != sourceLength)
        {
            return null;
        }

        long names = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(16)), entries = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(20)), texts = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(24));
        return names >= OwnTexts && entries >= 0 && texts >= 0 && file.Length == HeaderLength + ((names + 1) * 8) + (entries * EntryLength) + texts ? new RepodataIndex(file) : null;
    }

    /// <summary>The bytes of the index file.</summary>
    /// <param name="sourceLength">Bytes of the JSON.</param>
    public ReadOnlySpan<byte> ToFile(long sourceLength)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_file.AsSpan(8), sourceLength);
        return _file;
    }

    /// <summary>The entries of a package, in the order of the JSON; empty when it is not there.</summary>
    public ReadOnlySpan<RecordEntry> Find(string name)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        ReadOnlySpan<NameRow> rows = Rows;
        ReadOnlySpan<byte> texts = Texts;
        int low = OwnTexts, high = _names - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int sign = texts[rows[middle].Start..rows[middle + 1].Start].SequenceCompareTo(wanted);
            if (sign == 0)
            {
                return Entries[rows[middle].First..rows[middle + 1].First];
            }

            (low, high) = sign < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return [];
    }

    /// <summary>All names, sorted by their bytes.</summary>
    public IEnumerable<string> Names()
    {
        for (int i = OwnTexts; i < _names; i++)
        {
            yield return Text(i);
        }
    }

    private string? Said(int row) => Text(row) is { Length: > 0 } text ? text : null;

    private string Text(int row) => Encoding.UTF8.GetString(Texts[Rows[row].Start..Rows[row + 1].Start]);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct NameRow(int Start, int First);
}
