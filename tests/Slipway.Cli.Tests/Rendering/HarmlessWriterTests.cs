using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Tests.Rendering;

public sealed class HarmlessWriterTests
{
    [Fact]
    public void What_steers_a_terminal_is_left_out_and_lines_and_tabs_stay()
    {
        using var text = new StringWriter();
        using var writer = new HarmlessWriter(text);
        writer.Write("a\tb\n");
        writer.WriteLine("\e[2Jx\e]0;title\ay\b\u009b31m");
        writer.Write('\e');
        Assert.Equal("a\tb\nxy31m\n", text.ToString());
    }

    [Fact]
    public void A_diagnostic_with_a_hostile_name_in_it_shows_no_escape()
    {
        string shown = new DiagnosticRenderer(colour: false).Render(
            new Diagnostic(Severity.Error, "x", "no file \e[2Jname", Help: "first\nsecond \e]0;t\a"));
        Assert.DoesNotContain('\e', shown);
        Assert.Contains("no file name", shown, StringComparison.Ordinal);
        Assert.Contains("first\n        second", shown, StringComparison.Ordinal);
    }
}
