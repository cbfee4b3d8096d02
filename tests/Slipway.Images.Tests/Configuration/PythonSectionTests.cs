using Slipway.Foundation.Text;
using Slipway.Images.Configuration;
using Slipway.Testing;

namespace Slipway.Images.Tests.Configuration;

public sealed class PythonSectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_that_can_be_said_is_read()
    {
        PythonConfig python = Read("""
            python:
              indexes:
                own: https://${USER}:${PASSWORD}@pypi.example.org/simple
                cuda: { url: https://cuda.example.org/whl, explicit: true, absent_statuses: [403] }
                local: ./index
              packages: { torch: cuda }
              find_links: [wheels, https://links.example.org/]
              index_strategy: unsafe-first-match
              mirrors:
                https://pypi.org: [https://a.example/pypi]
              logins:
                a.example: ada:s3cret
              trusted_hosts: [lab.example:8080]
            """).Python;

        Assert.Equal(["own", "cuda", "local"], python.Indexes.Select(i => i.Name));
        Assert.Equal("https://${USER}:${PASSWORD}@pypi.example.org/simple", python.Indexes[0].Address);
        Assert.True(python.Indexes[1].IsExplicit);
        Assert.Equal([403], python.Indexes[1].AbsentStatuses);
        Assert.Equal(_folder["index"], python.Indexes[2].Address);
        Assert.Equal("cuda", python.Packages["torch"]);
        Assert.Equal([_folder["wheels"], "https://links.example.org/"], python.FindLinks);
        Assert.Equal("unsafe-first-match", python.IndexStrategy);
        Assert.Equal("https://a.example/pypi", python.Mirrors["https://pypi.org"].Single().AbsoluteUri);
        Assert.Equal("ada:s3cret", python.Logins["a.example"]);
        Assert.Equal(["lab.example:8080"], python.TrustedHosts);
    }

    [Fact]
    public void The_users_indexes_take_the_place_of_the_machines()
    {
        PythonConfig python = Read(
            "python: { indexes: { mine: https://mine.example/simple }, packages: { a: mine } }",
            "python: { indexes: { theirs: https://theirs.example/simple }, index_strategy: unsafe-best-match, trusted_hosts: [x] }").Python;

        Assert.Equal(["mine"], python.Indexes.Select(i => i.Name));
        Assert.Equal("unsafe-best-match", python.IndexStrategy);
        Assert.Equal(["x"], python.TrustedHosts);
    }

    [Theory]
    [InlineData("python: []", "1:9", "wrong-kind")]
    [InlineData("python: { index: x }", "1:11", "unknown-key")]
    [InlineData("python: { indexes: [a] }", "1:20", "wrong-kind")]
    [InlineData("python: { indexes: { a: [x] } }", "1:25", "wrong-kind")]
    [InlineData("python: { indexes: { a: { explicit: true } } }", "1:25", "missing-key")]
    [InlineData("python: { indexes: { a b: https://x.example } }", "1:22", "bad-name")]
    [InlineData("python: { indexes: { a: ftp://x.example } }", "1:25", "bad-address")]
    [InlineData("python: { indexes: { a: https://ada:secret@x.example/simple } }", "1:25", "login-in-address")]
    [InlineData("python: { indexes: { a: \"https://${USER}:secret@x.example/simple\" } }", "1:25", "login-in-address")]
    [InlineData("python: { indexes: { a: { url: https://x.example, absent_statuses: [500] } } }", "1:69", "bad-value")]
    [InlineData("python: { indexes: { mine: https://x.example }, packages: { torch: mien } }", "1:68", "unknown-index")]
    [InlineData("python: { index_strategy: best }", "1:27", "bad-value")]
    [InlineData("python: { trusted_hosts: [https://x.example] }", "1:27", "bad-host")]
    [InlineData("python: { find_links: ./wheels }", "1:11", "wrong-kind")]
    public void Each_mistake_has_its_place(string text, string place, string code)
    {
        DiagnosticException e = Assert.Throws<DiagnosticException>(() => Read(text));
        Diagnostic problem = Assert.Single(e.Diagnostics);
        Assert.Equal((place, code), ($"{problem.Position!.Value.Line}:{problem.Position.Value.Column}", problem.Code));
        Assert.NotNull(problem.Help);
        Assert.DoesNotContain("secret", problem.Message + problem.Help, StringComparison.Ordinal);
    }

    private SlipwayConfig Read(params string[] texts)
    {
        List<ConfigPlace> places = [];
        foreach (string text in texts)
        {
            string path = _folder[$"config-{places.Count}.yml"];
            File.WriteAllText(path, text);
            places.Add(new ConfigPlace(path, IsChosen: true));
        }

        return SlipwayConfig.Read(places);
    }
}
