using Slipway.Cli.Rendering;

namespace Slipway.Cli.Tests.Rendering;

public sealed class TerminalTraitsTests
{
    [Theory]
    [InlineData(true, "xterm", null, true)]
    [InlineData(true, "xterm", "", true)]
    [InlineData(true, "xterm", "1", false)]
    [InlineData(true, "dumb", null, false)]
    [InlineData(true, null, null, false)]
    [InlineData(false, "xterm", null, false)]
    public void Colour_needs_a_terminal_that_knows_it_and_a_user_who_wants_it(bool terminal, string? term, string? noColour, bool expected) =>
        Assert.Equal(expected, TerminalTraits.Colour(name => name == "TERM" ? term : name == "NO_COLOR" ? noColour : null, terminal));

    [Theory]
    [InlineData(null, "en_GB.UTF-8", true)]
    [InlineData("C", "en_GB.UTF-8", false)]
    [InlineData("C.utf8", null, true)]
    [InlineData(null, null, false)]
    public void The_first_locale_variable_that_is_set_decides(string? all, string? lang, bool expected) =>
        Assert.Equal(expected, TerminalTraits.Unicode(name => name == "LC_ALL" ? all : name == "LANG" ? lang : null));
}
