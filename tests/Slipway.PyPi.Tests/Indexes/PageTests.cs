using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tests.Indexes;

public sealed class PageTests : IDisposable
{
    private readonly IndexWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_page_in_HTML_says_all_that_its_links_say()
    {
        _world.Server.Html("simple/foo/", """
            <!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.3"><title>Links <a href="no-1.0.tar.gz"> for foo</title></head><body>
            <!-- <a href="foo-0.1-py3-none-any.whl">not this</a> -> -- > -->
            <A  HREF = '../../files/foo-1.0-py3-none-any.whl#sha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
                data-requires-python="&gt;=3.8,&lt;4" data-core-metadata="sha256=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" data-dist-info-metadata=true>x &gt; y</a><br/>
            <a href=/files/foo-1.1.tar.gz?a=1&amp;b=2 data-yanked>foo</a>
            <a data-yanked="broken &quot;build&quot;" href="https://other.test/p%6Fo/foo-1.2-py3-none-any.whl">foo</a>
            <script>document.write("<a href='foo-9.9-py3-none-any.whl'>")</script>
            <a href="/">up</a><a name="x">nothing</a>
            """);

        ProjectFiles found = await _world.AskAsync("Foo");

        Assert.Equal(["foo-1.0-py3-none-any.whl", "foo-1.1.tar.gz", "foo-1.2-py3-none-any.whl"], found.Files.Select(f => f.FileName));
        IndexFile first = found.Files[0];
        Assert.Equal(_world.Server.Address + "files/foo-1.0-py3-none-any.whl", first.Url);
        Assert.Equal(new string('a', 64), first.Sha256);
        Assert.Equal(">=3.8,<4", string.Join(',', first.RequiresPython!.ToString().Split(',').OrderDescending()));
        Assert.True(first.HasMetadata);
        Assert.Equal(new string('b', 64), first.MetadataHash!.Hex);
        Assert.False(first.IsYanked);
        Assert.Equal(_world.Server.Address + "files/foo-1.1.tar.gz?a=1&b=2", found.Files[1].Url);
        Assert.True(found.Files[1].IsSource);
        Assert.Equal("", found.Files[1].Yanked);
        Assert.False(found.Files[1].HasMetadata);
        Assert.Equal("broken \"build\"", found.Files[2].Yanked);
        Assert.Equal("main", found.FoundAt);
    }

    [Fact]
    public async Task A_page_in_JSON_says_all_that_its_files_say()
    {
        _world.Server.Json("simple/foo/", """
            {"meta": {"api-version": "1.4", "_last-serial": 12, "tracks": ["x"]}, "name": "foo", "versions": ["1.0", "1.1"], "alternate-locations": [], "project-status": {"status": "archived", "reason": "see bar"},
             "files": [
              {"filename": "foo-1.0-py3-none-any.whl", "url": "../../files/1/foo-1.0-py3-none-any.whl", "hashes": {"sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "blake2b": "00"},
               "requires-python": ">=3.9", "size": 12345, "upload-time": "2024-05-06T07:08:09.123456Z", "yanked": false, "core-metadata": false, "dist-info-metadata": {"sha256": "00"}, "provenance": null, "new": {"x": [1, {"y": 2}]}},
              {"filename": "foo-1.1.tar.gz", "url": "https://files.test/foo-1.1.tar.gz", "hashes": {}, "yanked": "wrong", "dist-info-metadata": {"sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "requires-python": null, "size": null},
              {"filename": "foo-1.2.tar.gz", "url": "foo-1.2.tar.gz", "hashes": {}, "yanked": true, "core-metadata": true, "requires-python": "nonsense"}]}
            """);

        ProjectFiles found = await _world.AskAsync("foo");

        Assert.Equal(["foo-1.0-py3-none-any.whl", "foo-1.1.tar.gz", "foo-1.2.tar.gz"], found.Files.Select(f => f.FileName));
        Assert.Equal(_world.Server.Address + "files/1/foo-1.0-py3-none-any.whl", found.Files[0].Url);
        Assert.Equal(12345, found.Files[0].Size);
        Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(1234560), found.Files[0].UploadTime);
        Assert.False(found.Files[0].HasMetadata);
        Assert.Single(found.Files[0].Hashes);
        Assert.Equal("wrong", found.Files[1].Yanked);
        Assert.Equal(new string('b', 64), found.Files[1].MetadataHash!.Hex);
        Assert.True(found.Files[2].HasMetadata);
        Assert.Equal("", found.Files[2].Yanked);
        Assert.Null(found.Files[2].RequiresPython);
        Assert.Equal(ProjectStatus.Archived, found.Status);
        Assert.Contains("see bar", Assert.Single(found.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_larger_than_any_buffer_is_read_piece_by_piece()
    {
        string files = string.Join(',', Enumerable.Range(0, 5000).Select(i => $$"""{"filename": "foo-{{i}}-py3-none-any.whl", "url": "/f/foo-{{i}}-py3-none-any.whl", "hashes": {"sha256": "{{i:x64}}"} }"""));
        _world.Server.Json("simple/foo/", $$"""{"files": [{{files}}], "meta": {"api-version": "1.0"}, "versions": [{{string.Join(',', Enumerable.Range(0, 50000))}}]}""");

        ProjectFiles found = await _world.AskAsync("foo");

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => PythonVersion.Parse(i.ToString(System.Globalization.CultureInfo.InvariantCulture))), found.Files.Select(f => f.Version));
        Assert.All(found.Files.Index(), f => Assert.Equal($"{f.Index:x64}", f.Item.Sha256));
    }

    [Fact]
    public async Task Both_forms_are_asked_for_and_JSON_is_preferred()
    {
        _world.Put("foo", "1.0");

        await _world.AskAsync("foo");

        Assert.Equal("application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.2, text/html; q=0.1", _world.Server.Accept);
    }

    [Fact]
    public async Task Addresses_are_seen_from_where_the_page_was_found_in_the_end()
    {
        _world.Server.Files["simple/foo/"] = new ServedFile([]) { RedirectsTo = "/mirror/deep/foo/" };
        _world.Server.Html("mirror/deep/foo/", """<a href="../files/foo-1.0.tar.gz">x</a>""");

        Assert.Equal(_world.Server.Address + "mirror/deep/files/foo-1.0.tar.gz", (await _world.AskAsync("foo")).Files.Single().Url);
    }

    [Fact]
    public async Task A_base_in_the_page_comes_before_the_address_of_the_page()
    {
        _world.Server.Html("simple/foo/", """<base href="/elsewhere/"><a href="foo-1.0.tar.gz">x</a>""");

        Assert.Equal(_world.Server.Address + "elsewhere/foo-1.0.tar.gz", (await _world.AskAsync("foo")).Files.Single().Url);
    }

    [Fact]
    public async Task Only_the_normal_name_is_asked_for()
    {
        _world.Put("foo-bar", "1.0");

        await _world.AskAsync("Foo._Bar");

        Assert.Equal(["simple/foo-bar/"], _world.Asked());
    }

    [Fact]
    public async Task Files_that_are_none_of_the_project_are_passed_over_by_name()
    {
        _world.Server.Html("simple/foo/", """
            <a href="foo-1.0-py3-none-any.whl">x</a><a href="bar-1.0-py3-none-any.whl">x</a><a href="foo-2.0.tar.bz2">x</a><a href="foo-1.0-py3.whl">x</a><a href="foo-bar-1.0.tar.gz">x</a>
            """);

        ProjectFiles found = await _world.AskAsync("foo");

        Assert.Equal(["foo-1.0-py3-none-any.whl"], found.Files.Select(f => f.FileName));
        Assert.Equal(["bar-1.0-py3-none-any.whl", "foo-1.0-py3.whl", "foo-bar-1.0.tar.gz"], found.PassedOver);
        Assert.Empty(found.Warnings);
    }

    [Theory]
    [InlineData("..%2F..%2Fetc%2Ffoo-1.0.tar.gz")]
    [InlineData("..%5C..%5Cfoo-1.0.tar.gz")]
    [InlineData("foo%00-1.0.tar.gz")]
    [InlineData(".foo-1.0.tar.gz")]
    public async Task Names_that_could_leave_a_folder_are_refused_aloud(string href)
    {
        _world.Server.Html("simple/foo/", $"""<a href="files/{href}">x</a><a href="foo-1.0.tar.gz">x</a>""");

        ProjectFiles found = await _world.AskAsync("foo");

        Assert.Equal(["foo-1.0.tar.gz"], found.Files.Select(f => f.FileName));
        Assert.Equal("hostile-name", Assert.Single(found.Warnings).Code);
    }

    [Fact]
    public async Task The_name_in_JSON_counts_and_not_the_address()
    {
        _world.Server.Json("simple/foo/", """{"meta": {"api-version": "1.0"}, "files": [{"filename": "../foo-1.0.tar.gz", "url": "foo-1.0.tar.gz", "hashes": {}}, {"filename": "foo-1.1.tar.gz", "url": "/get/77", "hashes": {}}]}""");

        Assert.Equal(["foo-1.1.tar.gz"], await _world.NamesAsync("foo"));
    }

    [Theory]
    [InlineData("file:///etc/foo-1.0.tar.gz")]
    [InlineData("ftp://host/foo-1.0.tar.gz")]
    [InlineData("javascript:foo-1.0.tar.gz")]
    [InlineData("http://[/foo-1.0.tar.gz")]
    public async Task A_page_cannot_point_into_this_machine(string href)
    {
        _world.Server.Html("simple/foo/", $"""<a href="{href}">x</a>""");

        Assert.Empty(await _world.NamesAsync("foo"));
    }

    [Fact]
    public async Task Passwords_in_the_addresses_of_files_are_not_kept()
    {
        _world.Server.Html("simple/foo/", """<a href="https://ada:secret@files.test/foo-1.0.tar.gz">x</a>""");

        Assert.Equal("https://files.test/foo-1.0.tar.gz", (await _world.AskAsync("foo")).Files.Single().Url);
    }

    [Fact]
    public async Task Quarantined_projects_have_no_files()
    {
        _world.Server.Html("simple/foo/", """<meta name="pypi:project-status" content="quarantined"><meta name="pypi:project-status-reason" content="malware"><a href="foo-1.0.tar.gz">x</a>""");

        ProjectFiles found = await _world.AskAsync("foo");

        Assert.True(found.IsKnown);
        Assert.Empty(found.Files);
        Assert.Equal("project-quarantined", found.Warnings.Single().Code);
    }

    [Theory]
    [InlineData("text/plain", "foo-1.0.tar.gz", "not-an-index", "text/plain")]
    [InlineData("text/html", "<form action=login><input type=password></form>", "not-an-index", "form")]
    [InlineData("application/vnd.pypi.simple.v1+json", "{\"files\": [{\"url\": \"foo", "not-an-index", "cut off")]
    [InlineData("application/vnd.pypi.simple.v1+json", "[]", "not-an-index", "no object")]
    [InlineData("application/json", "{\"error\": \"not here\"}", "not-an-index", "api-version")]
    [InlineData("application/vnd.pypi.simple.v1+json", "{\"meta\": {\"api-version\": \"2.0\"}, \"files\": []}", "index-version", "2.0")]
    [InlineData("application/vnd.pypi.simple.v2+json", "{}", "index-version", "v2+json")]
    [InlineData("text/html", "<meta name='pypi:repository-version' content='2.0'>", "index-version", "2.0")]
    public async Task What_is_no_page_of_an_index_is_told(string type, string body, string code, string said)
    {
        _world.Server.Html("simple/foo/", body, type);

        Diagnostic problem = await _world.FailAsync();

        Assert.Equal(code, problem.Code);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
        Assert.Contains("simple/foo/", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_minor_version_of_the_interface_is_read()
    {
        _world.Server.Json("simple/foo/", """{"meta": {"api-version": "1.99"}, "files": []}""");

        Assert.True((await _world.AskAsync("foo")).IsKnown);
    }

    [Fact]
    public async Task Compressed_pages_are_read()
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write("<a href='foo-1.0.tar.gz'>x</a>"u8);
        }

        _world.Server.Files["simple/foo/"] = new ServedFile(packed.ToArray(), "text/html") { Headers = new() { ["Content-Encoding"] = "gzip" } };

        Assert.Equal(["foo-1.0.tar.gz"], await _world.NamesAsync("foo"));
    }
}
