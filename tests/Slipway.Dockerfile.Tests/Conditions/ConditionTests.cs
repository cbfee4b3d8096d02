namespace Slipway.Dockerfile.Tests;

public sealed class ConditionTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["A"] = "x",
        ["EMPTY"] = "",
        ["YES"] = "True",
        ["NO"] = "false",
        ["V"] = "3.11.2",
        ["SPACED"] = "a b",
    };

    [Theory]
    [InlineData("${YES}==\"TRUE\"", true)]
    [InlineData("${YES} == true", true)]
    [InlineData("$YES!=FALSE", true)]
    [InlineData("$NO == 'False'", true)]
    [InlineData("${A}==X", false)] // only booleans compare without case
    [InlineData("${A}==x", true)]
    [InlineData("\"${SPACED}\" == \"a b\"", true)]
    [InlineData("${SPACED} == 'a b'", true)]
    [InlineData("${NOTHING} == \"\"", true)]
    [InlineData("${NOTHING:-x} == $A", true)]
    [InlineData("$YES", true)]
    [InlineData("!$YES", false)]
    [InlineData("$EMPTY", false)]
    [InlineData("$NOTHING", false)]
    [InlineData("true || false && false", true)]
    [InlineData("(true || false) && false", false)]
    [InlineData("!(true&&false)", true)]
    [InlineData("! true == false", true)] // ! takes the whole comparison
    [InlineData("defined(EMPTY)", true)]
    [InlineData("defined(NOTHING)", false)]
    [InlineData("!defined( NOTHING )&&DEFINED(A)", true)]
    [InlineData("$V =~ ^3\\.(10|11)\\.", true)]
    [InlineData("$V=~'^3\\.1[2-9]'", false)]
    [InlineData("($V =~ ^3 && $A=~(x|y)) || false", true)]
    [InlineData("\"a==b\" == 'a==b'", true)]
    [InlineData("a=b == a=b", true)]
    [InlineData("\"$A\"==\"x\"&&\"$A\"!=\"y\"", true)]
    public void A_condition_holds_or_not(string text, bool expected) =>
        Assert.Equal(expected, ConditionExpression.Parse(text, '\\').Evaluate(Values.GetValueOrDefault));

    [Theory]
    [InlineData("", 0)]
    [InlineData("$A ==", 5)]
    [InlineData("== x", 0)]
    [InlineData("$A == x y", 8)]
    [InlineData("($A == x", 0)]
    [InlineData("$A == x)", 7)]
    [InlineData("$A && ", 6)]
    [InlineData("\"abc", 0)]
    [InlineData("x == ${A", 5)]
    [InlineData("defined()", 8)]
    [InlineData("$A =~ [", 6)]
    [InlineData("$A =~ (?=x)", 6)]
    public void A_malformed_condition_says_where(string text, int start) =>
        Assert.Equal(start, Assert.Throws<ConditionException>(() => ConditionExpression.Parse(text, '\\')).Start);

    [Fact]
    public void A_word_alone_must_be_true_or_false() =>
        Assert.Contains("neither true nor false", Assert.Throws<ConditionException>(
            () => ConditionExpression.Parse("$A", '\\').Evaluate(Values.GetValueOrDefault)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_explanation_shows_the_values() => Assert.Equal(
        "${A} == \"y\" || defined(Z), where A is \"x\" and Z is not set",
        ConditionExpression.Parse("${A}==\"y\"||defined(Z)", '\\').Explain(Values.GetValueOrDefault));

    [Fact]
    public void A_hostile_pattern_takes_no_time() =>
        Assert.False(ConditionExpression.Parse("$X =~ ^(a+)+$", '\\').Evaluate(_ => new string('a', 50_000) + "!"));

    [Fact]
    public void Deep_nesting_is_refused_not_crashed_on() =>
        Assert.Throws<ConditionException>(() => ConditionExpression.Parse(new string('(', 100_000), '\\'));
}
