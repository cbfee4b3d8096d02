using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Lint.Tests;

public sealed class CheckOptionTests
{
    private const string Body = "FROM a AS X\nMAINTAINER me\n";

    [Theory]
    [InlineData("", 2)]
    [InlineData("# check=skip=all\n", 0)]
    [InlineData("# check=skip=MaintainerDeprecated, StageNameCasing\n", 0)]
    [InlineData("# Check = skip=MaintainerDeprecated\n", 1)]
    public void Checks_can_be_skipped(string head, int warnings) => Assert.Equal(warnings, Run(head + Body).Warnings.Count);

    [Fact]
    public void A_comment_above_an_instruction_skips_for_it_alone() =>
        Assert.Equal(["StageNameCasing"], Run("FROM a AS X\n# check=skip=MaintainerDeprecated\nMAINTAINER me\n").Warnings.Select(w => w.Rule));

    [Fact]
    public void Warnings_can_be_turned_into_an_error()
    {
        Diagnostic error = Assert.Single(Run("# check=error=true\n" + Body).Errors);
        Assert.Equal("lint violation found for rules: MaintainerDeprecated, StageNameCasing", error.Message);
        Assert.Empty(Run("# check=error=true;skip=all\n" + Body).Errors);
    }

    [Fact]
    public void The_build_argument_goes_before_the_file() => Assert.Empty(Run(
        "# check=error=true\n" + Body, new LintOptions { BuildArguments = new Dictionary<string, string> { [LintRunner.CheckArgument] = "skip=all" } }).Diagnostics);

    [Theory]
    [InlineData("# check=hide=all\n")]
    [InlineData("# check=error=maybe\n")]
    public void A_malformed_option_is_an_error(string head) => Assert.Equal("bad-check", Assert.Single(Run(head + Body).Errors).Code);

    [Fact]
    public void Mistakes_of_the_file_are_reported_with_what_was_found_before_them()
    {
        LintReport report = Run("FROM a AS X\nRUNN x\n");
        Assert.Equal("unknown-instruction", Assert.Single(report.Errors).Code);
        Assert.Equal("StageNameCasing", Assert.Single(report.Warnings).Rule);
    }

    [Fact]
    public void Only_stages_the_target_needs_are_walked()
    {
        const string Text = "FROM a AS one\nENV A b\nFROM a AS two\nENV C d\nFROM a\nCOPY --from=one / /\n";
        Assert.Equal([2], Run(Text).Warnings.Select(w => w.Line));
        Assert.Equal([4], Run(Text, new LintOptions { Target = "two" }).Warnings.Select(w => w.Line));
        Assert.Equal([2, 4], Run(Text, new LintOptions { AllStages = true }).Warnings.Select(w => w.Line));
    }

    [Fact]
    public void Every_rule_has_a_test_of_its_name()
    {
        string[] tests = [.. typeof(CheckOptionTests).Assembly.GetTypes().Select(t => t.Name)];
        Assert.Equal(22, LintRules.All.Count);
        Assert.All(LintRules.All, rule => Assert.Contains(rule.Name + "Tests", tests));
    }

    private static LintReport Run(string text, LintOptions? options = null) =>
        LintRunner.Run(DockerfileDocument.Parse(new SourceText("Dockerfile", text)), options ?? new LintOptions());
}
