using System.Text;

namespace Slipway.Cli.Rendering;

/// <summary>
/// Turns chunks of bytes into lines of text. Characters and lines may be spread over chunks; bytes that are not UTF-8 become U+FFFD. A carriage return
/// inside a line starts it anew, as on a terminal, so that of a progress bar only the last state remains.
/// </summary>
internal sealed class LogLines
{
    private const int LongestLine = 64 * 1024;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private bool _return;

    /// <summary>The line that has begun but not ended.</summary>
    public string Partial => _line.ToString();

    /// <summary>The lines that the chunk completes. A line without end is cut into pieces rather than kept in memory.</summary>
    public List<string> Add(ReadOnlySpan<byte> chunk)
    {
        char[] characters = new char[Encoding.UTF8.GetMaxCharCount(chunk.Length)];
        int count = _decoder.GetChars(chunk, characters, flush: false);
        List<string> lines = [];
        foreach (char c in characters.AsSpan(0, count))
        {
            Add(c, lines);
        }

        return lines;
    }

    /// <summary>The last line if it had no end, or null.</summary>
    public string? Finish()
    {
        if (_line.Length == 0)
        {
            return null;
        }

        string line = _line.ToString();
        _line.Clear();
        return line;
    }

    private void Add(char c, List<string> lines)
    {
        if (c == '\n')
        {
            lines.Add(_line.ToString());
            _line.Clear();
            _return = false;
            return;
        }

        if (c == '\r')
        {
            _return = true;
            return;
        }

        if (_return)
        {
            _line.Clear();
            _return = false;
        }

        _line.Append(c);
        if (_line.Length >= LongestLine)
        {
            lines.Add(_line.ToString());
            _line.Clear();
        }
    }
}
