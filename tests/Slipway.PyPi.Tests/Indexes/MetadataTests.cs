using System.Text;
using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Tests.Indexes;

public sealed class MetadataTests : IDisposable
{
    private const string FileName = "foo-1.0-py3-none-any.whl";
    private readonly IndexWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Metadata_that_the_index_offers_alone_are_taken_alone()
    {
        byte[] metadata = Encoding.UTF8.GetBytes(IndexWorld.Metadata("foo", "1.0", "Requires-Dist: bar (>=2)\nRequires-Dist: baz; extra == 'x'\nProvides-Extra: X\nRequires-Python: >=3.8\nSummary: A thing\n"));
        Put(IndexWorld.Wheel("foo", "1.0"), $"data-core-metadata=\"sha256={IndexWorld.Sha256(metadata)}\"");
        _world.Server.Files[$"files/{FileName}.metadata"] = new ServedFile(metadata);

        CoreMetadata found = (await ReadAsync())!;

        Assert.Equal(["bar>=2", "baz; extra == \"x\""], found.RequiresDist.Select(r => r.ToString()));
        Assert.Equal(["x"], found.ProvidesExtra.Select(e => e.Value));
        Assert.Equal(">=3.8", found.RequiresPython!.ToString());
        Assert.Equal("A thing", found.Summary);
        Assert.Equal(["simple/foo/", $"files/{FileName}.metadata"], _world.Asked());
    }

    [Fact]
    public async Task Metadata_of_another_digest_than_announced_are_told()
    {
        Put(IndexWorld.Wheel("foo", "1.0"), $"data-core-metadata=\"sha256={new string('0', 64)}\"");
        _world.Server.Files[$"files/{FileName}.metadata"] = new ServedFile(Encoding.UTF8.GetBytes(IndexWorld.Metadata("foo", "1.0")));

        Assert.Equal("hash-mismatch", await FailAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_wheel_only_the_end_is_read(bool sizeIsKnown)
    {
        byte[] wheel = IndexWorld.Wheel("foo", "1.0", "Requires-Dist: bar\n", padding: 500_000);
        Put(wheel, size: sizeIsKnown ? wheel.Length : null);

        Assert.Equal("bar", (await ReadAsync())!.RequiresDist.Single().ToString());
        string asked = Assert.Single(_world.Asked(), a => a.Contains(".whl", StringComparison.Ordinal));
        Assert.Equal(sizeIsKnown ? $"files/{FileName} bytes={wheel.Length - 16384}-{wheel.Length - 1}" : $"files/{FileName} bytes=-16384", asked);
    }

    [Fact]
    public async Task Metadata_that_do_not_lie_at_the_end_are_read_with_one_more_request()
    {
        byte[] wheel = Reordered();
        Put(wheel, size: wheel.Length);

        Assert.Equal("bar", (await ReadAsync())!.RequiresDist.Single().ToString());
        Assert.Equal(2, _world.Asked().Count(a => a.Contains(".whl", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_server_without_ranges_gives_the_whole_file_and_is_asked_for_a_part_only_once(bool ranges, bool suffixes)
    {
        (_world.Server.KnowsRanges, _world.Server.KnowsSuffixes) = (ranges, suffixes);
        byte[] wheel = IndexWorld.Wheel("foo", "1.0", "Requires-Dist: bar\n", padding: 50_000), second = IndexWorld.Wheel("foo", "1.1", "Requires-Dist: baz\n", padding: 50_000);
        _world.Server.Files[$"files/{FileName}"] = new ServedFile(wheel);
        _world.Server.Files["files/foo-1.1-py3-none-any.whl"] = new ServedFile(second);
        _world.Server.Html("simple/foo/", $"<a href='/files/{FileName}#sha256={IndexWorld.Sha256(wheel)}'>x</a><a href='/files/foo-1.1-py3-none-any.whl#sha256={IndexWorld.Sha256(second)}'>x</a>");
        PythonIndexes indexes = _world.Open();
        ProjectFiles files = await indexes.GetProjectAsync(ProjectName.Parse("foo"), IndexWorld.None);

        Assert.Equal("bar", (await indexes.GetMetadataAsync(files.Files[0], IndexWorld.None))!.RequiresDist.Single().ToString());
        Assert.Equal("baz", (await indexes.GetMetadataAsync(files.Files[1], IndexWorld.None))!.RequiresDist.Single().ToString());
        Assert.Equal(["simple/foo/", $"files/{FileName} bytes=-16384", $"files/{FileName}", "files/foo-1.1-py3-none-any.whl"], _world.Asked());
    }

    [Fact]
    public async Task What_was_found_out_of_a_file_with_a_digest_is_kept()
    {
        byte[] wheel = IndexWorld.Wheel("foo", "1.0", "Requires-Dist: bar\n", padding: 50_000);
        Put(wheel);
        await ReadAsync();
        _world.Asked();

        Assert.Equal("bar", (await ReadAsync())!.RequiresDist.Single().ToString());
        Assert.Equal(["simple/foo/"], _world.Asked());
        Assert.DoesNotContain("A long text", File.ReadAllText(Directory.EnumerateFiles(_world["store/python-v1/metadata"], "*", SearchOption.AllDirectories).Single()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_that_the_server_does_not_have_after_all_are_read_from_the_wheel()
    {
        Put(IndexWorld.Wheel("foo", "1.0", "Requires-Dist: bar\n"), "data-core-metadata=true");

        Assert.Equal("bar", (await ReadAsync())!.RequiresDist.Single().ToString());
    }

    [Theory]
    [InlineData("bar", "1.0", "foo-1.0.dist-info")]
    [InlineData("foo", "2.0", "foo-1.0.dist-info")]
    public async Task A_wheel_that_says_to_be_another_is_passed_over(string inner, string version, string folder)
    {
        Put(IndexWorld.Wheel("foo", version, folder: folder, inner: inner));

        await Assert.ThrowsAsync<FormatException>(ReadAsync);
    }

    [Theory]
    [InlineData("bar-1.0.dist-info")]
    [InlineData("foo-1.0.dist-info/deeper")]
    [InlineData("x/foo-1.0.dist-info")]
    public async Task A_wheel_without_metadata_of_its_own_is_passed_over(string folder)
    {
        Put(IndexWorld.Wheel("foo", "1.0", folder: folder));

        Assert.Contains("METADATA", (await Assert.ThrowsAsync<FormatException>(ReadAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wheel_that_is_no_archive_is_passed_over()
    {
        Put(new byte[40_000]);

        await Assert.ThrowsAsync<FormatException>(ReadAsync);
    }

    [Fact]
    public async Task Damage_in_any_place_is_noticed_or_harmless()
    {
        byte[] wheel = IndexWorld.Wheel("foo", "1.0", "Requires-Dist: bar\n");
        File.WriteAllBytes(_world["foo-1.0-py3-none-any.whl"], wheel);
        _world.Settings = new IndexSettings { Indexes = [], FindLinks = [_world.Folder] };
        for (int at = 0; at < wheel.Length; at++)
        {
            byte[] damaged = [.. wheel];
            damaged[at] ^= 0x5a;
            File.WriteAllBytes(_world["foo-1.0-py3-none-any.whl"], damaged);
            try
            {
                await ReadAsync();
            }
            catch (FormatException)
            {
                // passed over
            }
        }
    }

    [Fact]
    public async Task A_file_that_the_index_announces_and_its_server_does_not_have_is_told()
    {
        _world.Server.Html("simple/foo/", $"<a href='/files/{FileName}'>x</a>");

        Assert.Equal("metadata-refused", await FailAsync());
    }

    [Fact]
    public async Task Without_network_only_what_is_kept_is_known()
    {
        Put(IndexWorld.Wheel("foo", "1.0"));
        PythonIndexes indexes = _world.Open();
        IndexFile file = (await indexes.GetProjectAsync(ProjectName.Parse("foo"), IndexWorld.None)).Files.Single();
        _world.GoOffline();

        Assert.Equal("offline", (await Assert.ThrowsAsync<DiagnosticException>(() => indexes.GetMetadataAsync(file, IndexWorld.None))).Diagnostics.Single().Code);
    }

    [Theory]
    [InlineData("2.2", "Requires-Dist: bar\n", true)]
    [InlineData("2.4", "Requires-Dist: bar\nDynamic: Description\n", true)]
    [InlineData("2.1", "Requires-Dist: bar\n", false)]
    [InlineData("2.2", "Requires-Dist: bar\nDynamic: Requires-Dist\n", false)]
    [InlineData("2.3", "Requires-Dist: bar\nDynamic: provides-extra\n", false)]
    [InlineData("2.2", "Requires-Dist: ??\n", false)]
    public async Task A_source_distribution_is_believed_where_its_metadata_are_static(string form, string more, bool isStatic)
    {
        byte[] source = Tar(("foo-1.0/setup.py", ""), ("foo-1.0/src/foo.egg-info/PKG-INFO", IndexWorld.Metadata("foo", "1.0", "Requires-Dist: wrong\n", "2.2")), ("foo-1.0/PKG-INFO", IndexWorld.Metadata("foo", "1.0", more, form)));
        _world.Server.Files["files/foo-1.0.tar.gz"] = new ServedFile(source);
        _world.Server.Html("simple/foo/", $"<a href='/files/foo-1.0.tar.gz#sha256={IndexWorld.Sha256(source)}'>x</a>");

        CoreMetadata? found = await ReadAsync();

        Assert.Equal(isStatic, found is not null);
        Assert.Equal(isStatic ? "bar" : null, found?.RequiresDist.Single().ToString());
    }

    [Fact]
    public async Task A_source_distribution_that_says_nothing_has_to_be_built()
    {
        File.WriteAllBytes(_world["foo-1.0.tar.gz"], Tar(("foo-1.0/setup.py", "")));
        _world.Settings = new IndexSettings { Indexes = [], FindLinks = ["."] };

        Assert.Null(await ReadAsync());
    }

    private static byte[] Tar(params (string Path, string Text)[] files)
    {
        using var stream = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        using (var tar = new System.Formats.Tar.TarWriter(gzip))
        {
            foreach ((string path, string text) in files)
            {
                tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        return stream.ToArray();
    }

    // The metadata first, then much else.
    private static byte[] Reordered()
    {
        using var stream = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            using (Stream metadata = zip.CreateEntry("foo-1.0.dist-info/METADATA").Open())
            {
                metadata.Write(Encoding.UTF8.GetBytes(IndexWorld.Metadata("foo", "1.0", "Requires-Dist: bar\n")));
            }

            using Stream data = zip.CreateEntry("foo/data.bin", System.IO.Compression.CompressionLevel.NoCompression).Open();
            data.Write(new byte[100_000]);
        }

        return stream.ToArray();
    }

    private void Put(byte[] wheel, string attributes = "", int? size = null)
    {
        _world.Server.Files[$"files/{FileName}"] = new ServedFile(wheel);
        if (size is { } bytes)
        {
            _world.Server.Json("simple/foo/", $$$"""{"meta": {"api-version": "1.1"}, "files": [{"filename": "{{{FileName}}}", "url": "/files/{{{FileName}}}", "size": {{{bytes}}}, "hashes": {"sha256": "{{{IndexWorld.Sha256(wheel)}}}"}}]}""");
        }
        else
        {
            _world.Server.Html("simple/foo/", $"<a href='/files/{FileName}#sha256={IndexWorld.Sha256(wheel)}' {attributes}>x</a>");
        }
    }

    private async Task<CoreMetadata?> ReadAsync()
    {
        PythonIndexes indexes = _world.Open();
        ProjectFiles files = await indexes.GetProjectAsync(ProjectName.Parse("foo"), IndexWorld.None);
        return await indexes.GetMetadataAsync(files.Files.Single(), IndexWorld.None);
    }

    private async Task<string> FailAsync() => (await Assert.ThrowsAsync<DiagnosticException>(ReadAsync)).Diagnostics.Single().Code;
}
