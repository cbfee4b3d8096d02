using Slipway.Foundation.Text;
using Slipway.Images.Configuration;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Tests.Indexes;

public sealed class DirectFileTests : IDisposable
{
    private static readonly ProjectName s_foo = ProjectName.Parse("foo");
    private readonly IndexWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_wheel_at_an_address_is_as_an_index_would_announce_it()
    {
        IndexFile file = DirectFile.TryCreate(s_foo, $"https://ada:secret@host.test/a/foo-1.0-py3-none-any.whl?x=1#sha256={new string('a', 64)}&egg=foo")!;

        Assert.Equal("https://host.test/a/foo-1.0-py3-none-any.whl?x=1", file.Url);
        Assert.Equal(new string('a', 64), file.Sha256);
        Assert.Equal("1.0", file.Version.ToString());
    }

    [Theory]
    [InlineData("git+https://host.test/foo.git@main")]
    [InlineData("https://host.test/foo/archive/main.zip")]
    [InlineData("https://host.test/foo-1.0.tar.gz#subdirectory=python")]
    [InlineData("file:///srv/foo")]
    [InlineData("./foo")]
    public void What_does_not_say_its_version_is_for_a_builder(string url) => Assert.Null(DirectFile.TryCreate(s_foo, url));

    [Fact]
    public void A_wheel_of_another_project_is_told() =>
        Assert.Equal("other-project", Assert.Throws<DiagnosticException>(() => DirectFile.TryCreate(s_foo, "https://host.test/bar-1.0-py3-none-any.whl")).Diagnostics.Single().Code);

    [Fact]
    public async Task The_login_of_an_address_goes_to_its_server()
    {
        _world.Server.Files["x/foo-1.0-py3-none-any.whl"] = new ServedFile(IndexWorld.Wheel("foo", "1.0", "Requires-Dist: bar\n"));
        _world.Server.Login = "ada:s/3";
        var sources = new FileSources(_world.Open(), null);

        CoreMetadata found = await sources.GetDirectAsync(s_foo, _world.Server.Address.Replace("://", "://ada:s%2F3@", StringComparison.Ordinal) + "x/foo-1.0-py3-none-any.whl", IndexWorld.None);

        Assert.Equal("bar", found.RequiresDist.Single().ToString());
    }

    [Fact]
    public async Task What_would_have_to_be_built_is_told_when_nothing_may_be()
    {
        var sources = new FileSources(_world.Open(), null);

        Assert.Equal("needs-build", (await Assert.ThrowsAsync<DiagnosticException>(() => sources.GetDirectAsync(s_foo, "git+https://host.test/foo.git", IndexWorld.None))).Diagnostics.Single().Code);
    }

    [Fact]
    public async Task A_session_asks_indexes_and_brings_files_with_one_set_of_settings()
    {
        byte[] wheel = IndexWorld.Wheel("foo", "1.0");
        _world.Server.Login = "ada:s3";
        _world.Server.Files["files/foo-1.0-py3-none-any.whl"] = new ServedFile(wheel);
        _world.Server.Html("simple/foo/", $"<a href='/files/foo-1.0-py3-none-any.whl#sha256={IndexWorld.Sha256(wheel)}'>x</a>");
        var config = new PythonConfig { Indexes = [new PythonIndexConfig("own", "http://${WHO}@" + _world.Server.Host + "/simple")] };
        Func<string, string?> variable = new Dictionary<string, string> { ["WHO"] = "ada:s3" }.GetValueOrDefault;
        using var session = new IndexSession(IndexSettings.Of(config, variable), _world["store"], _world.Folder, variable, TimeProvider.System);

        IndexFile file = (await session.Indexes.GetProjectAsync(s_foo, IndexWorld.None)).Files.Single();
        string path = (await session.Archives.GetAsync(file.ToArchiveSource(), _ => { }, IndexWorld.None)).ArchivePath;

        Assert.Equal(wheel, await File.ReadAllBytesAsync(path, IndexWorld.None));
    }

    [Theory]
    [InlineData("no name!", "own")]
    public void A_project_of_the_settings_that_is_none_is_told(string project, string index) =>
        Assert.Equal("bad-name", Assert.Throws<DiagnosticException>(() => IndexSettings.Of(new PythonConfig { Packages = new Dictionary<string, string> { [project] = index } }, _ => null)).Diagnostics.Single().Code);
}
