using System.Text;
using Slipway.Cli.Rendering;

namespace Slipway.Cli.Tests.Rendering;

/// <summary>A terminal small enough to understand: it knows what the painter uses, keeps what scrolls away, and breaks long rows.</summary>
internal sealed class FakeTerminal(int columns, int rows) : ITerminal
{
    private readonly List<string?[]> _screen = [new string?[columns]];
    private int _row, _column;

    public int Columns { get; private set; } = columns;

    public int Rows { get; } = rows;

    public bool Colour { get; init; }

    public bool Unicode { get; init; } = true;

    public int Writes { get; private set; }

    public StringBuilder Raw { get; } = new();

    /// <summary>All rows, those that have scrolled away too, without blank ones at the end.</summary>
    public string[] Lines => string.Join('\n', _screen.Select(row => string.Concat(row.Select(cell => cell ?? " ")).TrimEnd())).TrimEnd().Split('\n');

    public void Write(string text)
    {
        Writes++;
        Raw.Append(text);
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '\e')
            {
                int end = Ansi.SequenceEnd(text, i);
                Control(text[i..end]);
                i = end;
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int length);
            Put(rune);
            i += length;
        }
    }

    /// <summary>Makes the window narrower, and breaks the rows as terminals do.</summary>
    public void Narrow(int columns)
    {
        List<string?[]> old = [.. _screen];
        int cursor = _row;
        _screen.Clear();
        Columns = columns;
        for (int i = 0; i < old.Count; i++)
        {
            if (i == cursor)
            {
                _row = _screen.Count;
            }

            int used = Array.FindLastIndex(old[i], cell => cell is not null) + 1;
            for (int start = 0; start == 0 || start < used; start += columns)
            {
                string?[] row = new string?[columns];
                Array.Copy(old[i], start, row, 0, Math.Max(0, Math.Min(columns, used - start)));
                _screen.Add(row);
            }
        }
    }

    private void Put(Rune rune)
    {
        if (rune.Value == '\r')
        {
            _column = 0;
        }
        else if (rune.Value == '\n')
        {
            Down();
        }
        else
        {
            int cells = CellWidth.Of(rune);
            if (_column + cells > Columns)
            {
                _column = 0;
                Down();
            }

            _screen[_row][_column] = rune.ToString();
            for (int i = 1; i < cells; i++)
            {
                _screen[_row][_column + i] = "";
            }

            _column += cells;
        }
    }

    private void Down()
    {
        if (++_row == _screen.Count)
        {
            _screen.Add(new string?[Columns]);
        }
    }

    private void Control(string sequence)
    {
        if (sequence == Ansi.ClearRow)
        {
            Array.Clear(_screen[_row], _column, Columns - _column);
        }
        else if (sequence == Ansi.ClearBelow)
        {
            Array.Clear(_screen[_row], _column, Columns - _column);
            _screen.RemoveRange(_row + 1, _screen.Count - _row - 1);
        }
        else if (sequence.EndsWith('A'))
        {
            int top = Math.Max(0, _screen.Count - Rows);
            _row = Math.Max(top, _row - int.Parse(sequence[2..^1]));
        }
    }
}
