namespace Slipway.Cli.Rendering;

/// <summary>The look of progress on this terminal: colours and marks it can show.</summary>
internal sealed class TtyStyle(bool colour, bool unicode)
{
    private const int BarCells = 24;

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

    /// <summary>A bar as full as the transfer is done.</summary>
    public string Bar(long done, long total)
    {
        int full = total <= 0 ? BarCells : (int)Math.Clamp(done * (double)BarCells / total, 0, BarCells);
        return unicode
            ? Paint(Ansi.Green, new string('━', full)) + Paint(Ansi.Dim, new string('─', BarCells - full))
            : '[' + new string('#', full) + new string('.', BarCells - full) + ']';
    }

    /// <summary>
    /// A step's line: mark, label, and at the right edge its state. A label too long for one row runs over several and
    /// loses nothing; the state then follows it.
    /// </summary>
    public static List<string> StepRows(string mark, string label, string state, int columns)
    {
        string line = $" {mark} {label}";
        int gap = columns - Rows.Width(line) - Rows.Width(state);
        return gap > 0 ? [line + new string(' ', gap) + state] : Rows.Wrap($"{line} {state}", columns, "   ");
    }
}
