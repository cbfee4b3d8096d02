using System.Globalization;
using System.Text;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

/// <summary>The records of a PAX extended header (pax(1)): <c>length key=value</c>, as they apply to the next member.</summary>
internal sealed class PaxRecords
{
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    internal Dictionary<string, ReadOnlyMemory<byte>>? Xattrs { get; private set; }

    /// <summary>The repeated pairs of GNU's sparse format 0.0: offset, length, offset, length.</summary>
    internal List<long> SparsePairs { get; } = [];

    internal static PaxRecords Parse(ReadOnlySpan<byte> body)
    {
        var records = new PaxRecords();
        while (body.Length > 0)
        {
            // Some writers fill up with zero bytes.
            if (body[0] == 0)
            {
                break;
            }

            int blank = body[..Math.Min(body.Length, 20)].IndexOf((byte)' ');
            if (blank <= 0 || !int.TryParse(Encoding.ASCII.GetString(body[..blank]), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= blank + 2 || length > body.Length || body[length - 1] != '\n')
            {
                throw new InvalidDataException("A PAX header of the tar archive has a record whose length is wrong.");
            }

            ReadOnlySpan<byte> record = body[(blank + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw new InvalidDataException("A PAX header of the tar archive has a record without a name.");
            }

            records.Add(PathText.Decode(record[..equals]), record[(equals + 1)..]);
            body = body[length..];
        }

        return records;
    }

    /// <summary>The text of the record, or null when there is none (an empty one takes a global one back).</summary>
    internal string? Text(string key) => _values.TryGetValue(key, out byte[]? value) && value.Length > 0 ? PathText.Decode(value) : null;

    /// <summary>The number of the record, fractions cut off towards the past.</summary>
    internal long? Number(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        int dot = text.IndexOf('.', StringComparison.Ordinal);
        string whole = dot < 0 ? text : text[..dot];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            throw new InvalidDataException($"The PAX record {key}={text} of the tar archive is not a number.");
        }

        bool fraction = dot >= 0 && text.AsSpan(dot + 1).ContainsAnyExcept('0');
        return whole.StartsWith('-') && fraction ? number - 1 : number;
    }

    private void Add(string key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith(TarFormat.XattrPrefix, StringComparison.Ordinal))
        {
            (Xattrs ??= new(StringComparer.Ordinal))[key[TarFormat.XattrPrefix.Length..]] = value.ToArray();
            return;
        }

        _values[key] = value.ToArray();
        if (key is "GNU.sparse.offset" or "GNU.sparse.numbytes")
        {
            SparsePairs.Add(Number(key) ?? 0);
        }
    }
}
