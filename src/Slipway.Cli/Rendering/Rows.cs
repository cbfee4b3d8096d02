using System.Text;

namespace Slipway.Cli.Rendering;

/// <summary>Breaks text into terminal rows. Escape sequences take no cells; a wide character is never cut.</summary>
internal static class Rows
{
    /// <summary>The cells of a text that may hold colours.</summary>
    public static int Width(ReadOnlySpan<char> text)
    {
        int width = 0;
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '\e')
            {
                i = Ansi.SequenceEnd(text, i);
                continue;
            }

            Rune.DecodeFromUtf16(text[i..], out Rune rune, out int length);
            width += CellWidth.Of(rune);
            i += length;
        }

        return width;
    }

    /// <summary>The text in rows of at most <paramref name="columns"/> cells. There is at least one row; rows after the first start with <paramref name="indent"/>.</summary>
    public static List<string> Wrap(string text, int columns, string indent)
    {
        List<string> rows = [];
        var row = new StringBuilder();
        int width = 0;
        columns = Math.Max(columns, indent.Length + 2);
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '\e')
            {
                int end = Ansi.SequenceEnd(text, i);
                row.Append(text, i, end - i);
                i = end;
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int length);
            int cells = CellWidth.Of(rune);
            if (width + cells > columns)
            {
                rows.Add(row.ToString());
                row.Clear().Append(indent);
                width = indent.Length;
            }

            row.Append(text, i, length);
            width += cells;
            i += length;
        }

        rows.Add(row.ToString());
        return rows;
    }

    /// <summary>The text in one row; when it does not fit, its end is replaced by an ellipsis.</summary>
    public static string Fit(string text, int columns, bool unicode)
    {
        if (Width(text) <= columns)
        {
            return text;
        }

        string ellipsis = unicode ? "…" : "...";
        string first = Wrap(text, Math.Max(1, columns - ellipsis.Length), "")[0];
        return first + ellipsis + (text.Contains('\e', StringComparison.Ordinal) ? Ansi.Reset : "");
    }
}
