using System.Text;

namespace Slipway.Cli.Rendering;

/// <summary>
/// Results on a terminal: control characters but line ends and tabs are left out, so that nothing in an image's history or labels steers the terminal.
/// Pipes and files get results as they are.
/// </summary>
internal sealed class HarmlessWriter(TextWriter terminal) : TextWriter
{
    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value)
    {
        if (value is '\n' or '\t' || !char.IsControl(value))
        {
            terminal.Write(value);
        }
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count).ToString());

    public override void Write(string? value)
    {
        if (value is null)
        {
            return;
        }

        terminal.Write(value.Any(c => char.IsControl(c) && c is not ('\n' or '\t'))
            ? string.Join('\n', value.Split('\n').Select(line => Ansi.Clean(line, keepColours: false)))
            : value);
    }

    public override void Flush() => terminal.Flush();
}
