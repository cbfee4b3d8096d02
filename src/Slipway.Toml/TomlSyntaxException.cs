using Slipway.Foundation.Text;

namespace Slipway.Toml;

/// <summary>Ends the reading of one statement; the reader makes a diagnostic of it and goes on behind the statement.</summary>
internal sealed class TomlSyntaxException(string code, string message, TextSpan span, string? help = null) : FormatException(message)
{
    public string Code => code;

    public TextSpan Span => span;

    public string? Help => help;
}
