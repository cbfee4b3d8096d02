using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Archives;
using Slipway.Images.Compression;
using Slipway.Images.Export;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Tests.Export;

/// <summary>File systems and images written for others.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_tar_is_what_the_layers_come_to()
    {
        byte[] tar = await TarAsync(await StackAsync(), keepOwners: true);
        await File.WriteAllBytesAsync(_store.PathOf("fs.tar"), tar, None);
        string[] lines = (await Testing.Tool.RunAsync("tar", ["--numeric-owner", "-tvf", _store.PathOf("fs.tar")], None)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["drwxr-xr-x 0/0 dir/", "-rw-r----- 7/8 dir/kept", "hrw-r----- 7/8 dir/second link to dir/kept", "lrwxrwxrwx 0/0 link -> dir/kept", "-rw-r--r-- 0/0 new"],
            lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is var words ? [words[0], words[1], .. words[5..]] : [])));
    }

    [Fact]
    public async Task The_same_layers_are_the_same_bytes()
    {
        Digest[] stack = await StackAsync();
        Assert.Equal(await TarAsync(stack, true), await TarAsync(stack, true));
    }

    [Fact]
    public async Task Owners_can_be_left_away()
    {
        await File.WriteAllBytesAsync(_store.PathOf("fs.tar"), await TarAsync(await StackAsync(), keepOwners: false), None);
        Assert.DoesNotContain("7/8", await Testing.Tool.RunAsync("tar", ["--numeric-owner", "-tvf", _store.PathOf("fs.tar")], None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_there_keeps_what_is_not_replaced_and_links_in_it_are_not_followed()
    {
        string folder = Directory.CreateDirectory(_store.PathOf("out")).FullName, outside = Directory.CreateDirectory(_store.PathOf("outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "mine"), "mine", None);
        File.CreateSymbolicLink(Path.Combine(folder, "dir"), outside);
        await ExportAsync(folder);
        Assert.Equal(["dir", "link", "mine", "new"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(folder, "dir/kept"), None));
        Assert.Equal(2L, FileStatus.Of(Path.Combine(folder, "dir/kept")).LinkCount);
        await ExportAsync(folder);
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(folder, "dir/second"), None));
    }

    [Fact]
    public async Task A_failed_export_leaves_the_folder_as_it_was()
    {
        string folder = _store.PathOf("failed");
        await Assert.ThrowsAsync<InvalidOperationException>(() => FolderExport.WriteAsync((_, _) => throw new InvalidOperationException(), folder, true, None));
        Assert.False(Directory.Exists(folder));
        Directory.CreateDirectory(folder);
        await Assert.ThrowsAsync<InvalidOperationException>(() => FolderExport.WriteAsync((_, _) => throw new InvalidOperationException(), folder, true, None));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_form_changes_layers_types_and_annotations_but_not_the_image()
    {
        StoredImage image = await ImageAsync("amd64");
        var form = new ImageForm { Compression = CompressionKind.Zstd, Annotations = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } };
        StoredImage formed = await form.ApplyAsync(_store.Store, image, None);
        Assert.Equal(image.Id, formed.Id);
        Assert.All(formed.Manifest.Layers, layer => Assert.Equal(MediaTypes.OciLayerZstd, layer.MediaType));
        Assert.Equal(["a", "b"], formed.Manifest.Annotations.Keys);
        StoredImage docker = await new ImageForm { DockerTypes = true, Force = true, Compression = CompressionKind.Gzip }.ApplyAsync(_store.Store, formed, None);
        Assert.Equal(MediaTypes.DockerManifest, docker.Manifest.MediaType);
        Assert.All(docker.Manifest.Layers, layer => Assert.Equal(MediaTypes.DockerLayerGzip, layer.MediaType));
        Assert.Same(image, await new ImageForm().ApplyAsync(_store.Store, image, None));
    }

    [Fact]
    public async Task An_archive_of_an_index_has_all_platforms_and_is_loaded_with_them()
    {
        StoredImage[] images = [await ImageAsync("amd64"), await ImageAsync("arm64")];
        var index = new OciIndex { Manifests = [.. images.Select(image => image.ManifestDescriptor)] };
        Descriptor target = await _store.Store.Blobs.PutAsync(ImageJson.Write(index), MediaTypes.OciIndex, None);
        ImageReference name = ImageReference.Parse("multi:1");
        await _store.Store.TagAsync(name, target, None);
        StoredImage found = (await _store.Store.FindAsync(name, Platform.Parse("linux/arm64"), None))!;
        string file = _store.PathOf("multi.tar");
        var archived = new ArchivedImage(found, [name]) { Platforms = await _store.Store.LoadPlatformsAsync(found, None) };
        await new ImageArchiveWriter(_store.Store, TimeProvider.System).WriteAsync([archived], ArchiveFormat.Oci, CompressionKind.None, file, null, None);

        using var other = new TemporaryStore();
        await new ImageArchiveReader(other.Store, TimeProvider.System).LoadAsync(file, Platform.Parse("linux/s390x"), null, None);
        StoredImage loaded = (await other.Store.FindAsync(name, Platform.Parse("linux/arm64"), None))!;
        Assert.Equal((target.Digest, images[1].Id), (loaded.Target.Digest, loaded.Id));
        Assert.Equal(2, (await other.Store.LoadPlatformsAsync(loaded, None)).Count);
        Assert.Null(await other.Store.FindAsync(name, Platform.Parse("linux/s390x"), None));
        Assert.Single(await other.Store.ListAsync(Platform.Parse("linux/s390x"), None));
    }

    [Theory]
    [InlineData("oci-layout:///a/b", "/a/b", null)]
    [InlineData("oci-layout://a/b:tag", "a/b", "tag")]
    [InlineData("oci-layout:///a:5/b", "/a:5/b", null)]
    [InlineData("oci-layout://./a:1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "./a", "1")]
    public void A_layout_is_named_by_folder_tag_and_digest(string text, string folder, string? tag)
    {
        Assert.True(OciLayoutName.TryParse(text, out OciLayoutName? name));
        Assert.Equal((folder, tag, text), (name.Folder, name.Tag, name.ToString()));
    }

    private async Task ExportAsync(string folder)
    {
        ExportedTree[] trees = [new ExportedTree("", await StackAsync())];
        await FolderExport.WriteAsync((stream, token) => new FileSystemTar(_store.Layers, ProcessIdentity.EffectiveUid == 0).WriteAsync(trees, stream, token), folder, true, None);
    }

    private async Task<byte[]> TarAsync(Digest[] stack, bool keepOwners)
    {
        using var bytes = new MemoryStream();
        await new FileSystemTar(_store.Layers, keepOwners).WriteAsync([new ExportedTree("", stack)], bytes, None);
        return bytes.ToArray();
    }

    // The second layer hides a file that is the first name of a hard link.
    private async Task<Digest[]> StackAsync()
    {
        LayerEntry file = new() { Path = "dir/gone", Kind = LayerEntryKind.File, Mode = 0x1A0, Uid = 7, Gid = 8 };
        Layer lower = await _store.WriteAsync(
            [
                new LayerEntry { Path = "dir", Kind = LayerEntryKind.Directory, Mode = 0x1ED },
                file,
                file with { Path = "dir/kept", Kind = LayerEntryKind.HardLink, LinkTarget = "dir/gone" },
                file with { Path = "dir/second", Kind = LayerEntryKind.HardLink, LinkTarget = "dir/gone" },
                new LayerEntry { Path = "link", Kind = LayerEntryKind.SymbolicLink, LinkTarget = "dir/kept", Mode = 0x1FF },
            ],
            _ => "kept"u8.ToArray());
        Layer upper = await _store.WriteAsync(
            [new LayerEntry { Path = "dir/gone", Kind = LayerEntryKind.Whiteout }, new LayerEntry { Path = "new", Kind = LayerEntryKind.File, Mode = 0x1A4 }], Encoding.ASCII.GetBytes);
        return [lower.DiffId, upper.DiffId];
    }

    private async Task<StoredImage> ImageAsync(string architecture)
    {
        Layer layer = await _store.WriteAsync([new LayerEntry { Path = architecture, Kind = LayerEntryKind.File, Mode = 0x1A4 }], Encoding.ASCII.GetBytes);
        var config = new ImageConfig { Os = "linux", Architecture = architecture, RootFs = new RootFileSystem { DiffIds = [layer.DiffId] } };
        return await _store.Store.WriteImageAsync(config, [layer.TarDescriptor], None);
    }
}
