namespace Slipway.Foundation.Text;

/// <summary>A file's text with the offsets of its lines. Lines end in <c>\n</c>; a <c>\r</c> before it belongs to the line.</summary>
public sealed class SourceText
{
    private readonly int[] _lineStarts;

    /// <param name="path">The name people know the file by; shown in diagnostics.</param>
    /// <param name="text">The whole text.</param>
    public SourceText(string path, string text)
    {
        Path = path;
        Text = text;
        List<int> starts = [0];
        for (int i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            starts.Add(i + 1);
        }

        _lineStarts = [.. starts];
    }

    public string Path { get; }

    public string Text { get; }

    /// <summary>The number of lines; text that ends in a line feed has an empty last line.</summary>
    public int LineCount => _lineStarts.Length;

    /// <summary>Line and column, both counted from 1, of an offset counted from 0.</summary>
    public TextPosition PositionAt(int offset)
    {
        int index = Array.BinarySearch(_lineStarts, offset);
        int line = index >= 0 ? index : ~index - 1;
        return new TextPosition(line + 1, offset - _lineStarts[line] + 1);
    }

    /// <summary>The text of a line counted from 1, without its line end.</summary>
    public ReadOnlySpan<char> Line(int line)
    {
        int start = _lineStarts[line - 1];
        int end = line < _lineStarts.Length ? _lineStarts[line] : Text.Length;
        return Text.AsSpan(start, end - start).TrimEnd("\r\n");
    }

    /// <summary>The offset, counted from 0, at which a line counted from 1 starts.</summary>
    public int LineStart(int line) => _lineStarts[line - 1];
}

/// <summary>A place in a text; line and column are counted from 1.</summary>
public readonly record struct TextPosition(int Line, int Column);

/// <summary>A stretch of text: offset and length in UTF-16 units.</summary>
public readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static TextSpan FromBounds(int start, int end) => new(start, end - start);
}
