using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Tests.Rendering;

public sealed class DiagnosticRendererTests
{
    private readonly SourceText _source = new("Dockerfile", "FROM debian\n\tRUNN 星 echo\n");

    [Fact]
    public void The_mistake_is_underlined_below_its_line()
    {
        var diagnostic = new Diagnostic(Severity.Error, "unknown-instruction", "There is no RUNN.", _source, new TextSpan(13, 4), "Did you mean RUN?");
        Assert.Equal(
            """
            Dockerfile:2:2: error: There is no RUNN. [unknown-instruction]
                2 |         RUNN 星 echo
                            ^^^^
              help: Did you mean RUN?

            """,
            new DiagnosticRenderer(colour: false).Render(diagnostic));
    }

    [Fact]
    public void Wide_characters_count_double()
    {
        var diagnostic = new Diagnostic(Severity.Warning, "c", "m", _source, new TextSpan(18, 6));
        Assert.Contains("\n" + new string(' ', 8 + 8 + 5) + "^^^^^^^\n", new DiagnosticRenderer(colour: false).Render(diagnostic));
    }

    [Fact]
    public void Colours_are_used_only_when_asked_for()
    {
        var diagnostic = new Diagnostic(Severity.Error, "c", "m", _source, new TextSpan(0, 4), "h");
        Assert.DoesNotContain('\e', new DiagnosticRenderer(colour: false).Render(diagnostic));
        Assert.Contains("\e[31m", new DiagnosticRenderer(colour: true).Render(diagnostic));
    }

    [Fact]
    public void A_mistake_without_a_file_is_one_line()
    {
        Assert.Equal("error: m [c]\n", new DiagnosticRenderer(colour: false).Render(new Diagnostic(Severity.Error, "c", "m")));
    }
}
