using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Rendering;

/// <summary>
/// Writes diagnostics for people: place and message on the first line (in the form editors make clickable), then the source line with the
/// mistake underlined, then what to do.
/// </summary>
internal sealed class DiagnosticRenderer(bool colour)
{
    /// <summary>The text of all diagnostics, each ended by a line end.</summary>
    public string Render(IEnumerable<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Render(diagnostic, text);
        }

        return text.ToString();
    }

    public string Render(Diagnostic diagnostic) => Render([diagnostic]);

    private void Render(Diagnostic diagnostic, StringBuilder text)
    {
        bool error = diagnostic.Severity == Severity.Error;
        string tint = error ? Ansi.Red : Ansi.Yellow;
        if (diagnostic.Position is { } at)
        {
            text.Append($"{Styled(Ansi.Bold, $"{Clean(diagnostic.Source!.Path)}:{at.Line}:{at.Column}:")} ");
        }

        text.Append($"{Styled(Ansi.Bold + tint, error ? "error:" : "warning:")} {Styled(Ansi.Bold, Clean(diagnostic.Message))} {Styled(Ansi.Dim, $"[{diagnostic.Code}]")}\n");
        if (diagnostic.Position is { } position)
        {
            Excerpt(diagnostic.Source!, diagnostic.Span, position, tint, text);
        }

        if (diagnostic.Help is { } help)
        {
            text.Append($"  {Styled(Ansi.Cyan, "help:")} {Clean(help).Replace("\n", "\n        ", StringComparison.Ordinal)}\n");
        }
    }

    private void Excerpt(SourceText source, TextSpan span, TextPosition at, string tint, StringBuilder text)
    {
        string line = source.Line(at.Line).ToString();
        int start = Math.Min(at.Column - 1, line.Length);
        int end = Math.Min(start + span.Length, line.Length);
        string gutter = $"{at.Line,5} | ";
        string before = Ansi.Clean(line[..start], keepColours: false);
        string marked = Ansi.Clean(line[..end], keepColours: false);
        int indent = CellWidth.Of(before);
        int length = Math.Max(1, CellWidth.Of(marked) - indent);
        text.Append($"{Styled(Ansi.Dim, gutter)}{Ansi.Clean(line, keepColours: false)}\n");
        text.Append(' ', gutter.Length + indent).Append(Styled(Ansi.Bold + tint, new string('^', length))).Append('\n');
    }

    // Messages hold names and answers from archives and networks; those must not steer the terminal.
    private static string Clean(string text) => string.Join('\n', text.Split('\n').Select(line => Ansi.Clean(line, keepColours: false)));

    private string Styled(string style, string text) => colour ? style + text + Ansi.Reset : text;
}
