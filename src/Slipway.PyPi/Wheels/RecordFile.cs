using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Slipway.PyPi.Wheels;

/// <summary>A line of a RECORD file (PEP 376, PEP 627): CSV of path, hash and size.</summary>
/// <param name="Path">With <c>/</c> between components, relative to the folder that holds the <c>.dist-info</c> folder.</param>
/// <param name="Hash"><c>algorithm=digest</c>, the digest in base64 for addresses without padding; empty: not said.</param>
/// <param name="Size">Bytes, as written; empty: not said.</param>
public sealed record RecordLine(string Path, string Hash, string Size)
{
    /// <summary>What the fields hold that they may not; empty when all is well: <c>path</c>, <c>size</c>.</summary>
    public IEnumerable<string> Wrong
    {
        get
        {
            if (Path.Length == 0)
            {
                yield return "path";
            }

            if (Size.Length > 0 && !long.TryParse(Size, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                yield return "size";
            }
        }
    }

    /// <summary>A line for a file as it is.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="sha256">Its digest in hexadecimal digits.</param>
    /// <param name="size">Its bytes.</param>
    public static RecordLine Of(string path, string sha256, long size) =>
        new(path, "sha256=" + Base64Url.EncodeToString(Convert.FromHexString(sha256)), size.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Reads and writes RECORD files.</summary>
public static class RecordFile
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">A line has not three fields, or a quotation does not end; the message names the line.</exception>
    public static IReadOnlyList<RecordLine> Parse(string text)
    {
        var lines = new List<RecordLine>();
        var fields = new List<string>(3);
        var field = new StringBuilder();
        int number = 1;
        for (int at = 0; at < text.Length;)
        {
            at = ReadField(text, at, field, ref number);
            fields.Add(field.ToString());
            field.Clear();
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at < text.Length)
                {
                    continue;
                }

                fields.Add("");
            }

            at = SkipEnd(text, at);
            if (fields is not [""])
            {
                lines.Add(fields.Count == 3
                    ? new RecordLine(fields[0].Replace('\\', '/'), fields[1], fields[2])
                    : throw new FormatException($"line {number} has {fields.Count} fields, where path, hash and size were expected"));
            }

            fields.Clear();
            number++;
        }

        return lines;
    }

    /// <summary>Writes one, its lines sorted.</summary>
    public static string Write(IEnumerable<RecordLine> lines)
    {
        var text = new StringBuilder();
        foreach (RecordLine line in lines.OrderBy(line => line.Path, StringComparer.Ordinal).ThenBy(line => line.Hash, StringComparer.Ordinal).ThenBy(line => line.Size, StringComparer.Ordinal))
        {
            text.Append(Quoted(line.Path)).Append(',').Append(Quoted(line.Hash)).Append(',').Append(Quoted(line.Size)).Append('\n');
        }

        return text.ToString();
    }

    private static int ReadField(string text, int at, StringBuilder field, ref int number)
    {
        if (text[at] != '"')
        {
            int end = text.AsSpan(at).IndexOfAny(",\r\n") is var length and >= 0 ? at + length : text.Length;
            field.Append(text, at, end - at);
            return end;
        }

        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && (at + 1 == text.Length || text[at + 1] != '"'))
            {
                return at + 1 == text.Length || text[at + 1] is ',' or '\r' or '\n' ? at + 1 : throw new FormatException($"line {number} has a quotation mark in the middle of a field");
            }

            at += text[at] == '"' ? 1 : 0;
            number += text[at] == '\n' ? 1 : 0;
            field.Append(text[at]);
        }

        throw new FormatException($"line {number} has a quotation that does not end");
    }

    private static int SkipEnd(string text, int at)
    {
        at += at < text.Length && text[at] == '\r' ? 1 : 0;
        return at + (at < text.Length && text[at] == '\n' ? 1 : 0);
    }

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
