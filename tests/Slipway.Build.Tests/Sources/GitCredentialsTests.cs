using System.Text;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;

namespace Slipway.Build.Tests.Sources;

/// <summary>What git is told for private repositories.</summary>
public sealed class GitCredentialsTests : IDisposable
{
    private readonly Store _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_token_goes_through_the_environment_to_its_own_host_only()
    {
        IReadOnlyList<string> variables = await VariablesAsync("https://git.example.org/a/b.git", ("GIT_AUTH_TOKEN", "secret"));
        Assert.Contains("GIT_CONFIG_KEY_0=http.https://git.example.org/.extraheader", variables);
        Assert.Contains("GIT_CONFIG_VALUE_0=Authorization: basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("x-access-token:secret")), variables);
    }

    [Fact]
    public async Task A_secret_of_the_host_comes_first_and_a_header_goes_as_it_is() =>
        Assert.Contains(
            "GIT_CONFIG_VALUE_0=Authorization: bearer mine",
            await VariablesAsync("https://git.example.org/a.git", ("GIT_AUTH_TOKEN", "other"), ("GIT_AUTH_HEADER.git.example.org", "bearer mine")));

    [Theory]
    [InlineData("http://git.example.org/a.git")]
    [InlineData("git://git.example.org/a.git")]
    [InlineData("git@git.example.org:a.git")]
    [InlineData("file:///srv/a.git")]
    public async Task A_token_never_travels_unencrypted(string remote) =>
        Assert.DoesNotContain(await VariablesAsync(remote, ("GIT_AUTH_TOKEN", "secret")), variable => variable.StartsWith("GIT_CONFIG", StringComparison.Ordinal));

    [Fact]
    public void An_address_is_shown_without_its_password() =>
        Assert.Equal("https://git.example.org/a.git", new GitAddress("https://me:secret@git.example.org/a.git", null, false, false).Shown);

    [Fact]
    public async Task A_login_in_the_address_goes_through_the_environment_too()
    {
        var address = new GitAddress("http://me:s%40cret@git.example.org:8080/a.git", null, KeepGitDirectory: false, Submodules: false);
        Assert.Equal("http://git.example.org:8080/a.git", address.Plain);
        IReadOnlyList<string> variables = await VariablesAsync(address.Remote);
        Assert.Contains("GIT_CONFIG_KEY_0=http.http://git.example.org:8080/.extraheader", variables);
        Assert.Contains("GIT_CONFIG_VALUE_0=Authorization: basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("me:s@cret")), variables);
        Assert.Equal("ssh://git@git.example.org/a.git", new GitAddress("ssh://git@git.example.org/a.git", null, false, false).Plain);
    }

    private Task<IReadOnlyList<string>> VariablesAsync(string remote, params (string Id, string Value)[] secrets)
    {
        Dictionary<string, SecretSource> sources = [];
        foreach ((string id, string value) in secrets)
        {
            File.WriteAllText(_store[id], value + "\n");
            sources[id] = new SecretSource(_store[id], null);
        }

        return new GitCredentials(sources, new Dictionary<string, string>(), _ => null).VariablesAsync(new GitAddress(remote, null, KeepGitDirectory: false, Submodules: false), Token);
    }
}
