using System.Text;

namespace Slipway.Cli.Rendering;

/// <summary>Escape sequences (ECMA-48) the program writes, and what it does with those in other programs' output.</summary>
internal static class Ansi
{
    public const string Reset = "\e[0m";
    public const string Bold = "\e[1m";
    public const string Dim = "\e[2m";
    public const string Red = "\e[31m";
    public const string Green = "\e[32m";
    public const string Yellow = "\e[33m";
    public const string Blue = "\e[34m";
    public const string Cyan = "\e[36m";

    /// <summary>Erases from the cursor to the end of the row.</summary>
    public const string ClearRow = "\e[K";

    /// <summary>Erases from the cursor to the end of the screen.</summary>
    public const string ClearBelow = "\e[J";

    /// <summary>Terminals that know it show what follows at once, when <see cref="EndFrame"/> comes; the others ignore it.</summary>
    public const string BeginFrame = "\e[?2026h";

    public const string EndFrame = "\e[?2026l";

    public static string Up(int rows) => rows > 0 ? $"\e[{rows}A" : "";

    /// <summary>
    /// A line of a program's output made fit to stand between others: tabs become spaces, control characters and every escape
    /// sequence go, except colours when <paramref name="keepColours"/> is set.
    /// </summary>
    public static string Clean(string line, bool keepColours)
    {
        if (line.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 && line.AsSpan().IndexOfAnyInRange('\x7f', '\x9f') < 0)
        {
            return line;
        }

        var clean = new StringBuilder(line.Length);
        bool coloured = false;
        int column = 0;
        for (int i = 0; i < line.Length;)
        {
            if (line[i] == '\e')
            {
                int end = SequenceEnd(line, i);
                if (keepColours && end - i >= 3 && line[i + 1] == '[' && line[end - 1] == 'm')
                {
                    clean.Append(line, i, end - i);
                    coloured = true;
                }

                i = end;
                continue;
            }

            Rune.DecodeFromUtf16(line.AsSpan(i), out Rune rune, out int length);
            if (rune.Value == '\t')
            {
                int spaces = 8 - (column % 8);
                clean.Append(' ', spaces);
                column += spaces;
            }
            else if (!Rune.IsControl(rune))
            {
                clean.Append(line, i, length);
                column += CellWidth.Of(rune);
            }

            i += length;
        }

        return clean.Append(coloured ? Reset : "").ToString();
    }

    /// <summary>The offset after the escape sequence that starts at <paramref name="start"/>; an unfinished one takes the rest of the line.</summary>
    public static int SequenceEnd(ReadOnlySpan<char> text, int start)
    {
        int i = start + 1;
        if (i >= text.Length)
        {
            return text.Length;
        }

        if (text[i] == '[')
        {
            for (i++; i < text.Length && text[i] is >= ' ' and <= '?'; i++)
            {
            }

            return Math.Min(i + 1, text.Length);
        }

        // Operating-system commands (window titles, links) and their kin end with BEL or ESC \.
        if (text[i] is ']' or 'P' or 'X' or '^' or '_')
        {
            for (i++; i < text.Length; i++)
            {
                if (text[i] == '\a')
                {
                    return i + 1;
                }

                if (text[i] == '\e' && i + 1 < text.Length && text[i + 1] == '\\')
                {
                    return i + 2;
                }
            }

            return text.Length;
        }

        while (i < text.Length && text[i] is >= ' ' and <= '/')
        {
            i++;
        }

        return Math.Min(i + 1, text.Length);
    }
}
