using System.Text.Json.Nodes;
using Slipway.Images.Archives;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Testing;

namespace Slipway.Images.Tests.Archives;

/// <summary>Other programs read our archives, and we theirs.</summary>
public sealed class ArchivePeersTests : IDisposable
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
    [InlineData(ArchiveFormat.Docker, "docker-archive", ":first:1")]
    [InlineData(ArchiveFormat.Docker, "oci-archive", ":1")]
    [InlineData(ArchiveFormat.Oci, "oci-archive", "")]
    public async Task Skopeo_reads_our_archives(ArchiveFormat format, string transport, string name)
    {
        NeedTool("skopeo");
        StoredImage image = await SaveAsync(format, CompressionKind.None);
        JsonNode config = JsonNode.Parse(await SkopeoAsync("inspect", "--config", "--raw", $"{transport}:{_folder["x.tar"]}{name}"))!;
        Assert.Equal(image.Config.DiffIds.Select(d => d.ToString()), config["rootfs"]!["diff_ids"]!.AsArray().Select(d => (string?)d));
        await SkopeoAsync("copy", $"{transport}:{_folder["x.tar"]}{name}", $"dir:{_folder["copy"]}");
    }

    [Theory]
    [InlineData("docker-archive:{0}:first:1")]
    [InlineData("oci-archive:{0}:docker.io/library/first:1")]
    [InlineData("oci:{0}:docker.io/library/first:1")]
    public async Task We_read_skopeos_archives(string destination)
    {
        NeedTool("skopeo");
        StoredImage image = await _here.PutAsync("first:1", "a", "b");
        string path = _folder["theirs"];
        await SkopeoAsync("copy", $"oci:{_here.Store.Root}:first:1", string.Format(destination, path));
        LoadedImage loaded = Assert.Single(await new ImageArchiveReader(_there.Store, TimeProvider.System).LoadAsync(path, Platform.Host, null, None));
        Assert.Equal("first:1", loaded.Names.Single().Familiar);
        StoredImage found = (await _there.FindAsync("first:1"))!;
        Assert.Equal(image.Config.DiffIds, found.Config.DiffIds);
        await _there.VerifyAsync(found);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("xz")]
    [InlineData("bzip2")]
    public async Task Archives_compressed_by_others_are_read(string tool)
    {
        NeedTool(tool);
        StoredImage image = await SaveAsync(ArchiveFormat.Docker, CompressionKind.None);
        await Tool.RunAsync(tool, ["-q", "-k", _folder["x.tar"]], None);
        string compressed = Directory.GetFiles(_folder.Path).Single(file => !file.EndsWith(".tar", StringComparison.Ordinal));
        LoadedImage loaded = Assert.Single(await new ImageArchiveReader(_there.Store, TimeProvider.System).LoadAsync(compressed, Platform.Host, null, None));
        Assert.Equal(image.Id, loaded.Id);
    }

    [Fact]
    public async Task Umoci_unpacks_our_layout()
    {
        NeedTool("umoci");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "umoci unpacks owners only as root");
        await SaveAsync(ArchiveFormat.Oci, CompressionKind.None);
        Directory.CreateDirectory(_folder["layout"]);
        await Tool.RunAsync("tar", ["-xf", _folder["x.tar"], "-C", _folder["layout"]], None);
        await Tool.RunAsync("umoci", ["unpack", "--image", $"{_folder["layout"]}:1", _folder["bundle"]], None);
        Assert.StartsWith("b\n", await File.ReadAllTextAsync(_folder["bundle/rootfs/data/b"], None));
    }

    [Fact]
    public async Task Buildah_pulls_our_docker_archive_and_we_load_what_it_pushes()
    {
        NeedTool("buildah");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "buildah is run as root here");
        StoredImage image = await SaveAsync(ArchiveFormat.Docker, CompressionKind.None);
        string[] store = ["--root", _folder["buildah"], "--runroot", _folder["run"], "--storage-driver", "vfs"];
        string id = (await Tool.RunAsync("buildah", [.. store, "pull", "--quiet", "--policy", "always", $"docker-archive:{_folder["x.tar"]}"], None)).Trim();
        Assert.Equal(image.Id.Hex, id);
        await Tool.RunAsync("buildah", [.. store, "push", "--quiet", id, $"docker-archive:{_folder["theirs.tar"]}:back:2"], None);
        await new ImageArchiveReader(_there.Store, TimeProvider.System).LoadAsync(_folder["theirs.tar"], Platform.Host, null, None);
        Assert.Equal(image.Config.DiffIds, (await _there.FindAsync("back:2"))!.Config.DiffIds);
    }

    private async Task<StoredImage> SaveAsync(ArchiveFormat format, CompressionKind compression)
    {
        StoredImage image = await _here.PutAsync("first:1", "a", "b");
        await new ImageArchiveWriter(_here.Store, TimeProvider.System).WriteAsync(
            [new ArchivedImage(image, image.Names)], format, compression, _folder["x.tar"], null, None);
        return image;
    }

    private static void NeedTool(string name) => Assert.SkipWhen(Tool.Find(name) is null, $"{name} is not installed");

    private static Task<string> SkopeoAsync(params string[] arguments) => Tool.RunAsync("skopeo", ["--insecure-policy", .. arguments], None);
}
