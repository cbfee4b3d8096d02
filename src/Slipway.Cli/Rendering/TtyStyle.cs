namespace Slipway.Cli.Rendering;

/// <summary>The look of progress on this terminal: colours and marks it can show.</summary>
internal sealed class TtyStyle(bool colour, bool unicode)
{
    public bool Colour => colour;

    public bool Unicode => unicode;

    public string Done => Paint(Ansi.Green, unicode ? "✓" : "+");

    public string Cached => Paint(Ansi.Cyan, unicode ? "✓" : "=");

    public string Failed => Paint(Ansi.Red, unicode ? "✗" : "x");

    public string Cancelled => Paint(Ansi.Yellow, "-");

    public string Running => Paint(Ansi.Blue, unicode ? "›" : ">");

    /// <summary>The line at the left of output.</summary>
    public string Gutter => Paint(Ansi.Dim, unicode ? "│" : "|");

    public string Paint(string style, string text) => colour ? style + text + Ansi.Reset : text;

    /// <summary>A bar of that many cells, as full as the transfer is done.</summary>
    public string Bar(long done, long total, int cells)
    {
        int full = total <= 0 ? cells : (int)Math.Clamp(done * (double)cells / total, 0, cells);
        return unicode
            ? Paint(Ansi.Green, new string('━', full)) + Paint(Ansi.Dim, new string('─', cells - full))
            : new string('#', full) + new string('.', cells - full);
    }

    /// <summary>
    /// A step's line: mark, label, and at the right edge its state. A label too long for one row runs over several and
    /// loses nothing.
    /// </summary>
    public static List<string> StepRows(string mark, string label, string state, int columns)
    {
        List<string> rows = Rows.Wrap($" {mark} {label}", columns, "   ");
        int gap = columns - Rows.Width(rows[^1]) - Rows.Width(state);
        if (gap > 0)
        {
            rows[^1] += new string(' ', gap) + state;
        }
        else
        {
            rows.Add(new string(' ', Math.Max(3, columns - Rows.Width(state))) + state);
        }

        return rows;
    }
}
