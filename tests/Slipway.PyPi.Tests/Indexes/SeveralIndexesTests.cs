using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Tests.Indexes;

public sealed class SeveralIndexesTests : IDisposable
{
    private readonly IndexWorld _world = new();

    public SeveralIndexesTests()
    {
        _world.Settings = new IndexSettings { Indexes = [_world.Index("own/", "own"), _world.Index("public/", "public")] };
        Put("own", "private", "1.0");
        Put("public", "private", "99.0");
        Put("public", "common", "1.0");
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task The_first_index_that_knows_a_project_has_it_alone()
    {
        ProjectFiles found = await _world.AskAsync("private");

        Assert.Equal(["private-1.0-py3-none-any.whl"], found.Files.Select(f => f.FileName));
        Assert.Equal("own", found.FoundAt);
        Assert.Equal(["own"], found.Asked);
        Assert.Equal(["own/private/"], _world.Asked());
    }

    [Fact]
    public async Task What_the_first_does_not_know_comes_from_the_next()
    {
        ProjectFiles found = await _world.AskAsync("common");

        Assert.Equal("public", found.FoundAt);
        Assert.Equal(["own", "public"], found.Asked);
    }

    [Fact]
    public async Task A_project_without_files_is_still_known_there()
    {
        _world.Server.Html("own/common/", "<html></html>");

        ProjectFiles found = await _world.AskAsync("common");

        Assert.True(found.IsKnown);
        Assert.Empty(found.Files);
    }

    [Fact]
    public async Task What_nobody_knows_is_not_known()
    {
        ProjectFiles found = await _world.AskAsync("nothing");

        Assert.False(found.IsKnown);
        Assert.Null(found.FoundAt);
        Assert.Equal(["own", "public"], found.Asked);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(418)]
    public async Task An_index_that_refuses_to_answer_is_not_stepped_over(int status)
    {
        _world.Server.Statuses.Enqueue(status);

        await _world.FailAsync("private");

        Assert.Equal(["own/private/"], _world.Asked());
    }

    [Fact]
    public async Task An_index_that_cannot_be_reached_is_not_stepped_over()
    {
        for (int i = 0; i < 3; i++)
        {
            _world.Server.Statuses.Enqueue(503);
        }

        Assert.Equal("index-unreachable", (await _world.FailAsync("private")).Code);
    }

    [Fact]
    public async Task The_best_of_all_is_only_looked_for_when_asked()
    {
        _world.Settings = _world.Settings with { Strategy = IndexStrategy.UnsafeBestMatch };

        ProjectFiles found = await _world.AskAsync("private");

        Assert.Equal(["private-1.0-py3-none-any.whl", "private-99.0-py3-none-any.whl"], found.Files.Select(f => f.FileName));
        Assert.All(found.Files, f => Assert.Equal(0, f.Priority));
        Assert.Null(found.FoundAt);
    }

    [Fact]
    public async Task Each_in_its_turn_keeps_the_turns_apart()
    {
        _world.Settings = _world.Settings with { Strategy = IndexStrategy.UnsafeFirstMatch };

        Assert.Equal([0, 1], (await _world.AskAsync("private")).Files.Select(f => f.Priority));
    }

    [Fact]
    public async Task A_project_can_be_bound_to_one_index()
    {
        _world.Settings = _world.Settings with { Packages = new Dictionary<ProjectName, string> { [ProjectName.Parse("Private")] = "public" } };

        Assert.Equal("public", (await _world.AskAsync("private")).FoundAt);
        Assert.Equal(["public/private/"], _world.Asked());
    }

    [Fact]
    public async Task An_explicit_index_is_asked_only_for_what_is_bound_to_it()
    {
        _world.Settings = new IndexSettings { Indexes = [_world.Index("own/", "own") with { IsExplicit = true }, _world.Index("public/", "public")], Packages = new Dictionary<ProjectName, string> { [ProjectName.Parse("private")] = "own" } };

        Assert.Equal("own", (await _world.AskAsync("private")).FoundAt);
        Assert.Equal(["public"], (await _world.AskAsync("common")).Asked);
    }

    [Fact]
    public async Task A_mirror_is_asked_in_place_of_its_index()
    {
        _world.Settings = new IndexSettings
        {
            Indexes = [PackageIndex.Parse("https://pypi.test/simple", null, "/", _ => null)],
            Mirrors = new Dictionary<string, IReadOnlyList<Uri>> { ["https://pypi.test"] = [new(_world.Server.Address + "nowhere"), new(_world.Server.Address + "mirror")] },
        };
        for (int i = 0; i < 3; i++)
        {
            _world.Server.Statuses.Enqueue(500);
        }

        Put("mirror/simple", "foo", "1.0");

        ProjectFiles found = await _world.AskAsync("foo");

        Assert.Single(found.Files);
        Assert.Equal("https://pypi.test/simple/", found.Files[0].IndexUrl);
    }

    [Fact]
    public async Task A_folder_can_be_an_index()
    {
        Directory.CreateDirectory(_world["index/Foo_Bar"]);
        Directory.CreateDirectory(_world["index/baz"]);
        File.WriteAllBytes(_world["index/Foo_Bar/foo_bar-1.0-py3-none-any.whl"], []);
        File.WriteAllText(_world["index/baz/index.html"], "<a href='../files/baz-1.0.tar.gz'>x</a>");
        _world.Settings = new IndexSettings { Indexes = [PackageIndex.Parse("./index", null, _world.Folder, _ => null)] };

        Assert.Equal(new Uri("file://" + _world["index/Foo_Bar/foo_bar-1.0-py3-none-any.whl"]).AbsoluteUri, (await _world.AskAsync("foo-bar")).Files.Single().Url);
        Assert.Equal(new Uri("file://" + _world["index/files/baz-1.0.tar.gz"]).AbsoluteUri, (await _world.AskAsync("baz")).Files.Single().Url);
        Assert.False((await _world.AskAsync("other")).IsKnown);
    }

    [Fact]
    public async Task Links_are_looked_into_besides_the_indexes()
    {
        Directory.CreateDirectory(_world["wheels/deeper"]);
        File.WriteAllBytes(_world["wheels/private-2.0-py3-none-any.whl"], [1, 2, 3]);
        File.WriteAllBytes(_world["wheels/deeper/private-3.0-py3-none-any.whl"], []);
        File.WriteAllText(_world["wheels/README.txt"], "");
        File.WriteAllText(_world["page.html"], "<a href='https://files.test/private-2.1.tar.gz#sha256=" + new string('a', 64) + "'>x</a><a href='other-1.0.tar.gz'>x</a>");
        _world.Server.Html("links/", "<a href='private-2.2.zip'>x</a>");
        _world.Settings = _world.Settings with { FindLinks = ["wheels", "./page.html", _world.Server.Address + "links", "https://files.test/private-2.3-py3-none-any.whl"] };

        ProjectFiles found = await _world.AskAsync("private");

        Assert.Equal(
            ["private-2.0-py3-none-any.whl", "private-2.1.tar.gz", "private-2.2.zip", "private-2.3-py3-none-any.whl", "private-1.0-py3-none-any.whl"], found.Files.Select(f => f.FileName));
        Assert.Equal(3, found.Files[0].Size);
        Assert.Equal(new string('a', 64), found.Files[1].Sha256);
        Assert.Equal("own", found.FoundAt);
    }

    [Fact]
    public async Task Links_alone_do_without_any_index()
    {
        Directory.CreateDirectory(_world["wheels"]);
        File.WriteAllBytes(_world["wheels/foo-2.0-py3-none-any.whl"], []);
        _world.Settings = new IndexSettings { Indexes = [], FindLinks = ["wheels"] };

        Assert.True((await _world.AskAsync("foo")).IsKnown);
        Assert.False((await _world.AskAsync("bar")).IsKnown);
        Assert.Empty(_world.Asked());
    }

    [Fact]
    public async Task A_bound_project_does_not_come_from_links()
    {
        Directory.CreateDirectory(_world["wheels"]);
        File.WriteAllBytes(_world["wheels/private-2.0-py3-none-any.whl"], []);
        _world.Settings = _world.Settings with { FindLinks = ["wheels"], Packages = new Dictionary<ProjectName, string> { [ProjectName.Parse("private")] = "own" } };

        Assert.Equal(["private-1.0-py3-none-any.whl"], await _world.NamesAsync("private"));
    }

    [Theory]
    [InlineData("nothing-here")]
    [InlineData("nothing.html")]
    public async Task Links_that_are_not_there_are_told(string place)
    {
        _world.Settings = _world.Settings with { FindLinks = [place] };

        Diagnostic problem = await _world.FailAsync();

        Assert.Equal("find-links", problem.Code);
        Assert.Contains(place, problem.Message, StringComparison.Ordinal);
    }

    private void Put(string index, string project, string version) => _world.Server.Html($"{index}/{project}/", $"<a href='{project}-{version}-py3-none-any.whl'>x</a>");
}
