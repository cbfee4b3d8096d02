using Slipway.Conda.Files;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Tests.Files;

/// <summary>What a person hears of an environment.yml that is not right, and what is forgiven.</summary>
public sealed class EnvironmentFileTests
{
    [Fact]
    public void All_mistakes_are_told_with_their_places()
    {
        Diagnostic[] problems = Problems("name: a b\nchanels: [x]\ndependencies:\n  - numpy >=\n  - npm:\n    - x\n  - requests[security]==2.0; python_version<'3'\nplatforms: [noarch]\n");
        Assert.Equal(
            ["1 bad-name", "2 unknown-key", "4 bad-spec", "5 unknown-part", "7 bad-spec", "8 bad-platform"],
            problems.OrderBy(p => p.Position!.Value.Line).Select(p => $"{p.Position!.Value.Line} {p.Code}"));
        Assert.Contains("did you mean 'channels'", problems.Single(p => p.Code == "unknown-key").Help, StringComparison.Ordinal);
        Assert.Contains("- pip:", problems.Single(p => p.Position!.Value.Line == 7).Help, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_is_longer_than_versions_may_have_is_a_warning()
    {
        Diagnostic warning = Problems("dependencies:\n  - a >=2147483647\n  - b 0.0.20190712172645\n").Single();
        Assert.Equal((Severity.Warning, "long-number", 3), (warning.Severity, warning.Code, warning.Position!.Value.Line));
        Assert.Empty(Problems("dependencies:\n  - https://c.test/noarch/a-20190712172645-0.conda\n  - a[sha256=0123456789012345678901234567890123456789012345678901234567890123]\n"));
    }

    [Fact]
    public void A_package_with_a_colon_is_told_how_to_write_it() =>
        Assert.Contains("numpy=1.26", Problems("dependencies:\n  - numpy: 1.26\n").Single().Help, StringComparison.Ordinal);

    [Fact]
    public void A_selector_with_a_wrong_word_is_a_mistake_and_a_remark_in_brackets_is_not()
    {
        Assert.Equal("bad-selector", Problems("dependencies:\n  - a  # [linux and]\n").Single().Code);
        Assert.Equal(Severity.Warning, Problems("dependencies:\n  - a  # [optional]\n").Single().Severity);
        Assert.Equal(["a"], EnvironmentFileReader.Read(new SourceText("e", "dependencies:\n  - a  # [optional]\n"), "linux-64").Dependencies.Select(d => d.Text));
    }

    [Fact]
    public void Keys_with_selectors_are_chosen_by_the_system()
    {
        const string Text = "dependencies:\n  - a\n  - sel(linux): b >=1\n  - sel(win): c\n  - sel(unix): d\n";
        Assert.Equal(["a", "b >=1", "d"], EnvironmentFileReader.Read(new SourceText("e", Text), "linux-aarch64").Dependencies.Select(d => d.Text));
        Assert.Equal("bad-selector", Problems("dependencies:\n  - sel(linux64): b\n").Single().Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n")]
    [InlineData("dependencies: numpy\n")]
    [InlineData("dependencies:\n  - a\n - b\n")]
    [InlineData("dependencies:\n  - [a]\n")]
    [InlineData("dependencies:\n  -\n")]
    [InlineData("dependencies: []\nvariables: [a]\n")]
    [InlineData("dependencies: []\nvariables: {1A: x}\n")]
    [InlineData("dependencies: []\ndependencies: []\n")]
    public void What_is_no_environment_file_is_refused(string text) => Assert.Contains(Problems(text), p => p.Severity == Severity.Error && p.Source is not null);

    [Fact]
    public void What_conda_env_export_writes_is_read()
    {
        EnvironmentFile file = EnvironmentFileReader.Read(
            new SourceText("e", "name: base\nchannels:\n  - conda-forge\ndependencies:\n  - _libgcc_mutex=0.1=conda_forge\n  - numpy=1.26.4=py311h64a7726_0\n  - pip:\n      - six==1.16.0\nprefix: /opt/conda\n"), "linux-64");
        Assert.Equal(["_libgcc_mutex=0.1=conda_forge", "numpy=1.26.4=py311h64a7726_0"], file.Dependencies.Select(d => d.Text));
        Assert.Equal(("/opt/conda", "six==1.16.0"), (file.Prefix, file.Pip!.Single().Text));
    }

    private static Diagnostic[] Problems(string text)
    {
        List<Diagnostic> problems = [];
        EnvironmentFileReader.Read(new SourceText("environment.yml", text), "linux-64", problems);
        return [.. problems];
    }
}
