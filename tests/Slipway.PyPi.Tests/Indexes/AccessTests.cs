using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Tests.Indexes;

public sealed class AccessTests : IDisposable
{
    private readonly IndexWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("ada:s%2Fcret", "", "", "", "ada:s/cret")]
    [InlineData("TOKEN", "", "", "", "TOKEN:")]
    [InlineData("", "ada:env", "settings:x", "netrc:y", "ada:env")]
    [InlineData("", "", "ada:settings", "netrc:y", "ada:settings")]
    [InlineData("", "", "", "ada:netrc", "ada:netrc")]
    public async Task A_login_is_taken_from_the_nearest_place(string inAddress, string variables, string settings, string netrc, string expected)
    {
        string address = _world.Server.Address.Replace("://", inAddress.Length > 0 ? $"://{inAddress}@" : "://", StringComparison.Ordinal) + "simple";
        _world.Settings = new IndexSettings
        {
            Indexes = [PackageIndex.Parse(address, "my-index", "/", _ => null)],
            Logins = settings.Length > 0 ? new Dictionary<string, string> { [_world.Server.Host] = settings } : [],
        };
        if (variables.Length > 0)
        {
            (_world.Variables["SLIPWAY_INDEX_MY_INDEX_USERNAME"], _world.Variables["SLIPWAY_INDEX_MY_INDEX_PASSWORD"]) = (variables.Split(':')[0], variables.Split(':')[1]);
        }

        _world.Netrc = netrc.Length > 0 ? $"machine 127.0.0.1 login {netrc.Split(':')[0]} password {netrc.Split(':')[1]}" : "";
        _world.Server.Login = expected;
        _world.Put("foo", "1.0");

        ProjectFiles found = await _world.AskAsync("foo");

        Assert.Single(found.Files);
        Assert.DoesNotContain("@", found.Files[0].IndexUrl, StringComparison.Ordinal);
        Assert.DoesNotContain("@", found.Files[0].Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_the_settings_is_a_bearer()
    {
        _world.Settings = _world.Settings with { Logins = new Dictionary<string, string> { ["127.0.0.1"] = "s3cret" } };
        _world.Put("foo", "1.0");

        await _world.AskAsync("foo");

        Assert.Equal("Bearer s3cret", _world.Server.Authorizations.Single());
    }

    [Fact]
    public async Task A_login_does_not_go_to_another_server()
    {
        using var other = new IndexServer();
        other.Html("foo/", "<a href='foo-1.0.tar.gz'>x</a>");
        _world.Settings = new IndexSettings { Indexes = [PackageIndex.Parse(_world.Server.Address.Replace("://", "://ada:secret@", StringComparison.Ordinal) + "simple", null, "/", _ => null)] };
        _world.Server.Files["simple/foo/"] = new ServedFile([]) { RedirectsTo = other.Address + "foo/" };

        await _world.AskAsync("foo");

        Assert.NotNull(_world.Server.Authorizations.Single());
        Assert.Null(other.Authorizations.Single());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_login_is_told_with_where_to_put_one(int status)
    {
        _world.Server.Statuses.Enqueue(status);

        Diagnostic problem = await _world.FailAsync();

        Assert.Equal("index-login", problem.Code);
        Assert.Contains("SLIPWAY_INDEX_MAIN_USERNAME", problem.Help!, StringComparison.Ordinal);
        Assert.Contains("netrc", problem.Help!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_answers_403_for_what_it_does_not_have_can_be_known_for_it()
    {
        _world.Settings = new IndexSettings { Indexes = [_world.Index("first/") with { AbsentStatuses = [403] }, _world.Index("simple/")] };
        _world.Server.Statuses.Enqueue(403);
        _world.Put("foo", "1.0");

        Assert.Single((await _world.AskAsync("foo")).Files);
    }

    [Fact]
    public async Task Variables_in_an_address_are_replaced()
    {
        PackageIndex index = PackageIndex.Parse("https://${USER_1}:${SECRET}@pypi.test/${NOT_SET}/simple", null, "/", new Dictionary<string, string> { ["USER_1"] = "ada", ["SECRET"] = "s3" }.GetValueOrDefault);

        Assert.Equal("ada:s3", index.UserInfo);
        Assert.Equal("https://pypi.test/$%7BNOT_SET%7D/simple/", index.Url);
        Assert.DoesNotContain("s3", index.ToString(), StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public void An_index_without_TLS_is_refused_unless_trusted()
    {
        _world.Settings = new IndexSettings { Indexes = [PackageIndex.Parse("http://pypi.test/simple", null, "/", _ => null)] };

        Assert.Equal("insecure-index", Assert.Throws<DiagnosticException>(_world.Open).Diagnostics.Single().Code);

        _world.Settings = _world.Settings with { TrustedHosts = ["PyPI.test"] };
        _world.Open();
    }

    [Theory]
    [InlineData("ftp://ada:secret@host/simple")]
    [InlineData("https://")]
    public void What_is_no_address_is_told_without_its_secrets(string text)
    {
        Diagnostic problem = Assert.Throws<DiagnosticException>(() => PackageIndex.Parse(text, null, "/", _ => null)).Diagnostics.Single();

        Assert.Equal("bad-index", problem.Code);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_of_an_index_that_there_is_not_is_told()
    {
        _world.Settings = _world.Settings with { Packages = new Dictionary<ProjectName, string> { [ProjectName.Parse("foo")] = "mian" } };

        Diagnostic problem = Assert.Throws<DiagnosticException>(_world.Open).Diagnostics.Single();

        Assert.Equal("unknown-index", problem.Code);
        Assert.Contains("main", problem.Help!, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_take_the_place_of_the_usual_indexes()
    {
        PackageIndex own = PackageIndex.Parse("https://own.test/simple", null, "/", _ => null), extra = PackageIndex.Parse("https://extra.test/simple", null, "/", _ => null);

        Assert.Equal([extra, own with { Replaces = "pypi" }], new IndexSettings().With(own, [extra], noIndex: false, [], []).Indexes);
        Assert.Equal([extra, PackageIndex.Default], new IndexSettings().With(null, [extra], noIndex: false, [], []).Indexes);
        Assert.Empty(new IndexSettings().With(own, [extra], noIndex: true, ["./wheels"], []).Indexes);
    }
}
