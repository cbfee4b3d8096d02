using System.Text;

namespace Slipway.Cli.Rendering;

/// <summary>Columns as wide as their widest cell, three spaces between them, as docker prints lists. Nothing is shortened.</summary>
internal sealed class TableWriter(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; it has as many cells as there are headings.</summary>
    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        _rows.Add([.. cells.Select(cell => Ansi.Clean(cell, keepColours: false))]);
    }

    public override string ToString()
    {
        string[][] all = [headings, .. _rows];
        int[] widths = [.. Enumerable.Range(0, headings.Length).Select(column => all.Max(row => CellWidth.Of(row[column])))];
        var text = new StringBuilder();
        foreach (string[] row in all)
        {
            for (int column = 0; column < row.Length; column++)
            {
                bool last = column == row.Length - 1;
                text.Append(row[column]).Append(' ', last ? 0 : widths[column] - CellWidth.Of(row[column]) + 3);
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
