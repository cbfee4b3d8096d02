using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Toml;

/// <summary>
/// Reads TOML 1.0 (toml.io/en/v1.0.0) into values that know their places. After a mistake the reading goes on with the next line that can be understood, so that one reading tells
/// all mistakes; nothing of a file is run, found by reflection or guessed.
/// </summary>
public static class TomlText
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a document.</summary>
    /// <param name="source">The text.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    /// <returns>What was understood, which is all of it when there are no problems.</returns>
    public static TomlTable Read(SourceText source, ICollection<Diagnostic> problems) => new TomlReader(source, problems).Document();

    /// <summary>As the other.</summary>
    /// <exception cref="DiagnosticException">It is no TOML; all mistakes.</exception>
    public static TomlTable Read(SourceText source)
    {
        List<Diagnostic> problems = [];
        TomlTable table = Read(source, problems);
        return problems.Count == 0 ? table : throw new DiagnosticException(problems);
    }

    /// <summary>The text of a file's bytes: UTF-8, with or without a byte order mark.</summary>
    /// <param name="path">The name people know the file by.</param>
    /// <param name="content">The whole file.</param>
    /// <param name="problems">Takes the place of the first byte that is no UTF-8.</param>
    /// <returns>Null when it is no UTF-8.</returns>
    public static SourceText? Decode(string path, ReadOnlySpan<byte> content, ICollection<Diagnostic> problems)
    {
        content = content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;
        try
        {
            return new SourceText(path, s_strict.GetString(content));
        }
        catch (DecoderFallbackException)
        {
            // What stands before the first such byte, and a mark for it, so that the message has a line to show.
            string text = Encoding.UTF8.GetString(content);
            var source = new SourceText(path, text);
            int at = text.IndexOf('\uFFFD', StringComparison.Ordinal);
            while (at >= 0 && s_strict.GetByteCount(text.AsSpan(0, at + 1)) <= content.Length && IsWritten(content, text, at))
            {
                at = text.IndexOf('\uFFFD', at + 1);
            }

            problems.Add(new Diagnostic(Severity.Error, "no-utf8", "the file is not UTF-8 from here on, as TOML must be", source, new TextSpan(Math.Max(at, 0), 1), "save it as UTF-8"));
            return null;
        }
    }

    // Whether the replacement character at a place stands in the file itself.
    private static bool IsWritten(ReadOnlySpan<byte> content, string text, int at)
    {
        int start = s_strict.GetByteCount(text.AsSpan(0, at));
        return content[start..].StartsWith("\uFFFD"u8);
    }
}
