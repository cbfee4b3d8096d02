using System.Text;
using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>Bytes of a requirements file to text, as pip does it: a byte order mark, else a comment <c># coding: NAME</c> in the first two lines, else UTF-8.</summary>
internal static partial class TextEncodings
{
    // The longer marks first: that of UTF-32 begins with that of UTF-16.
    private static readonly Encoding[] s_marked =
    [
        new UTF8Encoding(true, throwOnInvalidBytes: true), new UTF32Encoding(false, true, throwOnInvalidCharacters: true), new UTF32Encoding(true, true, throwOnInvalidCharacters: true),
        new UnicodeEncoding(false, true, throwOnInvalidBytes: true), new UnicodeEncoding(true, true, throwOnInvalidBytes: true),
    ];

    /// <summary>The text; null, with a diagnostic, when the bytes are none.</summary>
    public static SourceText? Decode(string path, byte[] content, ICollection<Diagnostic> problems)
    {
        foreach (Encoding marked in s_marked)
        {
            if (content.AsSpan().StartsWith(marked.Preamble))
            {
                return Decode(path, content.AsSpan(marked.Preamble.Length), marked, problems);
            }
        }

        // Latin-1 shows the bytes of the first lines as they are.
        string[] lines = Encoding.Latin1.GetString(content, 0, Math.Min(content.Length, 4096)).Split('\n', 3);
        foreach (string line in lines.Take(2).Where(l => l.StartsWith('#')))
        {
            if (Coding().Match(line) is { Success: true } match)
            {
                if (Named(match.Groups[1].Value) is { } encoding)
                {
                    return Decode(path, content, encoding, problems);
                }

                problems.Add(new Diagnostic(
                    Severity.Error, "bad-encoding", $"the encoding {match.Groups[1].Value} that {path} names is not known", Help: "save the file as UTF-8 and remove the comment"));
                return null;
            }
        }

        return Decode(path, content, s_marked[0], problems);
    }

    private static SourceText? Decode(string path, ReadOnlySpan<byte> content, Encoding encoding, ICollection<Diagnostic> problems)
    {
        try
        {
            return new SourceText(path, encoding.GetString(content));
        }
        catch (DecoderFallbackException e)
        {
            int line = e.Index < 0 || e.Index > content.Length ? 1 : content[..e.Index].Count((byte)'\n') + 1;
            problems.Add(new Diagnostic(
                Severity.Error, "bad-encoding", $"{path} is not in {encoding.WebName}: see line {line}", Help: "save it as UTF-8, or name its encoding in its first line: # coding: latin-1"));
            return null;
        }
    }

    // By the names of Python, whose encodings are meant.
    private static Encoding? Named(string name)
    {
        string plain = name.ToLowerInvariant().Replace('_', '-');
        string known = plain switch
        {
            "utf8" or "utf-8-sig" or "u8" => "utf-8",
            "latin-1" or "latin1" or "l1" or "iso8859-1" or "8859" => "iso-8859-1",
            "ascii" => "us-ascii",
            _ when plain.StartsWith("cp125", StringComparison.Ordinal) => "windows-" + plain[2..],
            _ when plain.StartsWith("cp", StringComparison.Ordinal) => "ibm" + plain[2..],
            _ when plain.StartsWith("iso8859-", StringComparison.Ordinal) => "iso-8859-" + plain[8..],
            _ => plain,
        };
        if (known == "utf-8")
        {
            return s_marked[0];
        }

        EncodingProvider pages = CodePagesEncodingProvider.Instance;
        Encoding? found = pages.GetEncoding(known) ?? (known is "iso-8859-1" ? Encoding.Latin1 : known is "us-ascii" ? Encoding.ASCII : null);
        return found is null ? null : (Encoding)Strict(found);

        static object Strict(Encoding encoding)
        {
            object clone = encoding.Clone();
            ((Encoding)clone).DecoderFallback = DecoderFallback.ExceptionFallback;
            return clone;
        }
    }

    // PEP 263.
    [GeneratedRegex(@"coding[:=]\s*([-\w.]+)")]
    private static partial Regex Coding();
}
