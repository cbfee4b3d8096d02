namespace Slipway.Lint.Tests;

public sealed class SecretsUsedInArgOrEnvTests
{
    [Fact]
    public void Whole_words_of_a_name_count() => Assert.Equal(
        ["2: Do not use ARG or ENV instructions for sensitive data (ARG \"GITHUB_TOKEN\")", "3: Do not use ARG or ENV instructions for sensitive data (ENV \"password\")"],
        Checking.Of(nameof(SecretsUsedInArgOrEnv), "FROM a\nARG GITHUB_TOKEN=x TOKENS\nENV password=1 PUBLIC_KEY=2 key_file=3 monkey=4\n", new LintOptions { AllStages = true }));
}
