using System.Formats.Tar;
using System.Text;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Testing;

namespace Slipway.Images.Tests.Archives;

public sealed class ArchiveTests : IDisposable
{
    private readonly SampleStore _here = new(), _there = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ArchiveFormat.Docker, CompressionKind.None)]
    [InlineData(ArchiveFormat.Docker, CompressionKind.Gzip)]
    [InlineData(ArchiveFormat.Oci, CompressionKind.None)]
    [InlineData(ArchiveFormat.Oci, CompressionKind.Zstd)]
    public async Task What_is_saved_is_loaded(ArchiveFormat format, CompressionKind compression)
    {
        StoredImage first = await _here.PutAsync("first:1", "a", "b"), second = await _here.PutAsync("host.test/second:2", "a", "c");
        string file = _folder["x.tar"];
        await WriteAsync(file, format, compression, first, second);
        IReadOnlyList<LoadedImage> loaded = await LoadAsync(file);

        Assert.Equal([first.Id, second.Id], loaded.Select(image => image.Id));
        Assert.Equal(["first:1", "host.test/second:2"], loaded.Select(image => image.Names.Single().Familiar));
        StoredImage found = (await _there.FindAsync("host.test/second:2"))!;
        Assert.Equal(second.ManifestDescriptor.Digest, found.ManifestDescriptor.Digest);
        await _there.VerifyAsync(found);
    }

    [Fact]
    public async Task The_same_images_give_the_same_bytes()
    {
        StoredImage image = await _here.PutAsync("first:1", "a", "b"), copy = await _there.PutAsync("first:1", "a", "b");
        await WriteAsync(_folder["a.tar"], ArchiveFormat.Docker, CompressionKind.Gzip, image);
        await new ImageArchiveWriter(_there.Store, TimeProvider.System).WriteAsync(
            [new ArchivedImage(copy, copy.Names)], ArchiveFormat.Docker, CompressionKind.Gzip, _folder["b.tar"], null, None);
        Assert.Equal(await File.ReadAllBytesAsync(_folder["a.tar"], None), await File.ReadAllBytesAsync(_folder["b.tar"], None));
    }

    [Fact]
    public async Task An_archive_is_read_from_a_pipe()
    {
        StoredImage image = await _here.PutAsync("first:1", "a");
        using var bytes = new MemoryStream();
        await new ImageArchiveWriter(_here.Store, TimeProvider.System).WriteAsync(
            [new ArchivedImage(image, image.Names)], ArchiveFormat.Docker, CompressionKind.Zstd, bytes, null, None);
        using var pipe = new OneWayStream(bytes.ToArray());
        LoadedImage loaded = Assert.Single(await new ImageArchiveReader(_there.Store, TimeProvider.System).LoadAsync(pipe, "standard input", Platform.Host, null, None));
        Assert.Equal(image.Id, loaded.Id);
    }

    [Fact]
    public async Task An_image_saved_by_its_id_has_no_name_afterwards()
    {
        StoredImage image = await _here.PutAsync("first:1", "a");
        await new ImageArchiveWriter(_here.Store, TimeProvider.System).WriteAsync(
            [new ArchivedImage(image, [])], ArchiveFormat.Docker, CompressionKind.None, _folder["x.tar"], null, None);
        Assert.Empty(Assert.Single(await LoadAsync(_folder["x.tar"])).Names);
        Assert.NotNull(await _there.Store.ResolveAsync(image.Id.Short, Platform.Host, None));
    }

    [Fact]
    public async Task The_old_layout_of_docker_save_is_read()
    {
        StoredImage image = await _here.PutAsync("first:1", "a", "b");
        string file = _folder["old.tar"];
        await OldArchiveAsync(file, image, layer => layer);
        LoadedImage loaded = Assert.Single(await LoadAsync(file));
        Assert.Equal(image.Id, loaded.Id);
        await _there.VerifyAsync((await _there.FindAsync("old:1"))!);
    }

    [Fact]
    public async Task A_layer_that_is_not_the_configs_is_refused()
    {
        StoredImage image = await _here.PutAsync("first:1", "a", "b");
        await OldArchiveAsync(_folder["old.tar"], image, layer => "1" + layer[1..]);
        Assert.Equal("incomplete-archive", await RefusalAsync(_folder["old.tar"]));
        await OldArchiveAsync(_folder["old.tar"], image, _ => image.Config.DiffIds[0].Hex + "/layer.tar");
        Assert.Equal("corrupt-archive", await RefusalAsync(_folder["old.tar"]));
        Assert.Null(await _there.FindAsync("old:1"));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.97)]
    public async Task A_truncated_archive_is_refused_and_lists_nothing(double part)
    {
        await WriteAsync(_folder["x.tar"], ArchiveFormat.Docker, CompressionKind.None, await _here.PutAsync("first:1", "a", "b"));
        await using (FileStream file = File.OpenWrite(_folder["x.tar"]))
        {
            file.SetLength((long)(file.Length * part));
        }

        await RefusalAsync(_folder["x.tar"]);
        Assert.Empty(await _there.Store.ListAsync(Platform.Host, None));
    }

    [Fact]
    public async Task A_changed_byte_in_a_layer_is_noticed()
    {
        await WriteAsync(_folder["x.tar"], ArchiveFormat.Oci, CompressionKind.None, await _here.PutAsync("first:1", "a", "b"));
        byte[] bytes = await File.ReadAllBytesAsync(_folder["x.tar"], None);
        bytes[^4000] ^= 1;
        await File.WriteAllBytesAsync(_folder["x.tar"], bytes, None);
        Assert.Equal("corrupt-archive", await RefusalAsync(_folder["x.tar"]));
    }

    [Fact]
    public async Task The_tar_of_a_root_file_system_is_no_image_archive()
    {
        await WriteTarAsync(_folder["x.tar"], ("etc/passwd", "root"), ("../../evil.tar", "no tar at all"));
        string code = await RefusalAsync(_folder["x.tar"]);
        Assert.True(code is "not-an-archive" or "corrupt-archive", code);
    }

    [Theory]
    [InlineData("[]", "{}")]
    [InlineData("""[{"Config":"../../../etc/passwd","RepoTags":["x:1"],"Layers":[]}]""", "{}")]
    [InlineData("""[{"Config":"c.json","RepoTags":["x:1"],"Layers":["/etc/passwd"]}]""", """{"rootfs":{"diff_ids":["sha256:0000000000000000000000000000000000000000000000000000000000000000"]}}""")]
    [InlineData("""[{"Config":"c.json","RepoTags":["UPPER:a:b"],"Layers":[]}]""", "{}")]
    [InlineData("null", "{}")]
    [InlineData("[null]", "{}")]
    [InlineData("""[{"Config":null,"RepoTags":[null],"Layers":[null]}]""", "{}")]
    [InlineData("{", "{}")]
    public async Task A_hostile_manifest_loads_nothing(string manifest, string config)
    {
        await WriteTarAsync(_folder["x.tar"], ("c.json", config), ("manifest.json", manifest));
        try
        {
            Assert.Empty(await LoadAsync(_folder["x.tar"]));
        }
        catch (DiagnosticException)
        {
            // Refused, which is as good.
        }

        Assert.Empty(await _there.Store.ListAsync(Platform.Host, None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_damaged_archive_is_loaded_right_or_refused(int seed)
    {
        StoredImage image = await _here.PutAsync("first:1", "a");
        await WriteAsync(_folder["x.tar"], ArchiveFormat.Docker, CompressionKind.None, image);
        byte[] whole = await File.ReadAllBytesAsync(_folder["x.tar"], None);
        var random = new Random(seed);
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = [.. whole];
            for (int j = 0; j <= i % 4; j++)
            {
                // The documents lie at the beginning, and are where most can go wrong.
                damaged[random.Next(Math.Min(damaged.Length, i % 2 == 0 ? 6000 : damaged.Length))] = (byte)random.Next(256);
            }

            using var store = new SampleStore();
            try
            {
                await new ImageArchiveReader(store.Store, TimeProvider.System).LoadAsync(new MemoryStream(damaged), "x", Platform.Host, null, None);
                Assert.All(await store.Store.ListAsync(Platform.Host, None), loaded => Assert.Equal(image.Config.DiffIds, loaded.Config.DiffIds));
            }
            catch (DiagnosticException)
            {
                Assert.Empty(await store.Store.ListAsync(Platform.Host, None));
            }
        }
    }

    [Fact]
    public async Task Links_that_go_in_circles_end()
    {
        await using (var tar = new TarWriter(File.Create(_folder["x.tar"])))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "a/layer.tar") { LinkName = "../b/layer.tar" }, None);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "b/layer.tar") { LinkName = "../a/layer.tar" }, None);
            await AddAsync(tar, "c.json", """{"rootfs":{"diff_ids":["sha256:0000000000000000000000000000000000000000000000000000000000000000"]}}""");
            await AddAsync(tar, "manifest.json", """[{"Config":"c.json","RepoTags":["x:1"],"Layers":["a/layer.tar"]}]""");
        }

        Assert.Equal("incomplete-archive", await RefusalAsync(_folder["x.tar"]));
    }

    [Fact]
    public async Task A_missing_file_is_a_diagnostic() => Assert.Equal("no-such-file", await RefusalAsync(_folder["nothing.tar"]));

    [Fact]
    public async Task A_failed_save_leaves_no_file()
    {
        StoredImage image = await _here.PutAsync("first:1", "a");
        var other = new ImageArchiveWriter(_there.Store, TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(
            () => other.WriteAsync([new ArchivedImage(image, image.Names)], ArchiveFormat.Docker, CompressionKind.Gzip, _folder["x.tar"], null, None));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_root_file_system_is_imported()
    {
        await WriteTarAsync(_folder["root.tar"], ("etc/hostname", "nebula"));
        await using FileStream tar = File.OpenRead(_folder["root.tar"]);
        StoredImage image = await new RootFsImporter(_there.Store, TimeProvider.System).ImportAsync(
            tar, "root.tar", new ImportOptions { Config = new ContainerConfig { Cmd = ["/bin/sh"] } }, null, None);
        Assert.Equal(["/bin/sh"], image.Config.Config.Cmd);
        Assert.Equal("Imported from root.tar", image.Config.History[0].Comment);
        Assert.True((await _there.Store.Layers.GetIndexAsync(image.Config.DiffIds[0], None)).TryGet("etc/hostname", out _));
        await _there.VerifyAsync(image);
    }

    [Fact]
    public async Task Something_that_is_no_tar_is_not_imported()
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 5000)));
        var importer = new RootFsImporter(_there.Store, TimeProvider.System);
        await Assert.ThrowsAsync<DiagnosticException>(() => importer.ImportAsync(bytes, "x", new ImportOptions(), null, None));
    }

    private Task WriteAsync(string file, ArchiveFormat format, CompressionKind compression, params StoredImage[] images) =>
        new ImageArchiveWriter(_here.Store, TimeProvider.System).WriteAsync(
            [.. images.Select(image => new ArchivedImage(image, image.Names))], format, compression, file, null, None);

    private Task<IReadOnlyList<LoadedImage>> LoadAsync(string file) =>
        new ImageArchiveReader(_there.Store, TimeProvider.System).LoadAsync(file, Platform.Host, null, None);

    private async Task<string> RefusalAsync(string file) =>
        (await Assert.ThrowsAsync<DiagnosticException>(() => LoadAsync(file))).Diagnostics[0].Code;

    // As docker wrote until version 24: a folder per layer, later ones linked to equal earlier ones, the lists at the end.
    private async Task OldArchiveAsync(string file, StoredImage image, Func<string, string> second)
    {
        await using var tar = new TarWriter(File.Create(file));
        string[] names = [.. image.Config.DiffIds.Select(diffId => diffId.Hex + "/layer.tar")];
        for (int i = 0; i < names.Length; i++)
        {
            await using Stream layer = await _here.Store.Layers.OpenTarAsync(image.Config.DiffIds[i], None);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, names[i]) { DataStream = layer }, None);
            await AddAsync(tar, names[i].Replace("layer.tar", "VERSION", StringComparison.Ordinal), "1.0");
        }

        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "link/layer.tar") { LinkName = "../" + names[0] }, None);
        await AddAsync(tar, $"{image.Id.Hex}.json", Encoding.UTF8.GetString(await _here.Store.Blobs.ReadAsync(image.Id, None)));
        await AddAsync(tar, "manifest.json", $$"""[{"Config":"{{image.Id.Hex}}.json","RepoTags":["old:1"],"Layers":["link/layer.tar","{{second(names[1])}}"]}]""");
        await AddAsync(tar, "repositories", "{}");
    }

    private static async Task WriteTarAsync(string file, params (string Name, string Text)[] members)
    {
        await using var tar = new TarWriter(File.Create(file));
        foreach ((string name, string text) in members)
        {
            await AddAsync(tar, name, text);
        }
    }

    private static async Task AddAsync(TarWriter tar, string name, string text) => await tar.WriteEntryAsync(
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) }, None);

    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
