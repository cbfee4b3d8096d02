using System.Text;

namespace Slipway.Cli.Rendering;

/// <summary>
/// Paints frames at the bottom of a terminal in place of the frame before, in one write, so that nothing flickers.
/// Lasting lines are written above the frame and scroll away like any other output.
/// </summary>
internal sealed class FramePainter(ITerminal terminal)
{
    private List<int> _widths = [];

    /// <param name="lasting">Lines of any length that stay.</param>
    /// <param name="frame">Rows narrower than the terminal that the next call replaces.</param>
    public void Paint(IReadOnlyList<string> lasting, IReadOnlyList<string> frame)
    {
        int painted = RowsPainted();
        var text = new StringBuilder(Ansi.BeginFrame).Append('\r').Append(Ansi.Up(painted));
        if (lasting.Count > 0)
        {
            // Row by row: a terminal asked to erase its whole screen at once may keep a copy in its history.
            text.Insert(text.Length, Ansi.ClearRow + "\r\n", painted).Append(Ansi.Up(painted));
        }

        foreach (string line in lasting)
        {
            text.Append(line).Append("\r\n");
        }

        foreach (string row in frame)
        {
            text.Append(row).Append(Ansi.ClearRow).Append("\r\n");
        }

        terminal.Write(text.Append(Ansi.ClearBelow).Append(Ansi.EndFrame).ToString());
        _widths = [.. frame.Select(row => Rows.Width(row))];
    }

    // When the window has become narrower since, the terminal has broken our rows into more of them.
    private int RowsPainted()
    {
        int columns = Math.Max(1, terminal.Columns);
        return _widths.Sum(width => Math.Max(1, (width + columns - 1) / columns));
    }
}
