using System.Text;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Layers;

/// <summary>GNU tar and Python read what we write, and we read what they write.</summary>
public sealed class OtherTarTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("v7", false)]
    [InlineData("oldgnu", true)]
    [InlineData("gnu", true)]
    [InlineData("ustar", false)]
    [InlineData("posix", true)]
    public async Task Archives_of_gnu_tar_unpack_as_gnu_tar_unpacks_them(string format, bool longNames)
    {
        Command.Require("tar");
        string source = await MakeTreeAsync(longNames);
        string archive = _store.PathOf("archive.tar");
        await Command.RunAsync("tar", "-C", source, $"--format={format}", "-cf", archive, ".");
        Assert.Equal(Map(await ExtractWithTarAsync(archive)), Map(await UnpackAsync(archive)));
    }

    [Theory]
    [InlineData("gnu", "0.0")]
    [InlineData("posix", "0.0")]
    [InlineData("posix", "0.1")]
    [InlineData("posix", "1.0")]
    public async Task Sparse_files_keep_their_content_and_their_holes(string format, string version)
    {
        Command.Require("tar");
        string source = MakeFolder("source"), archive = _store.PathOf("sparse.tar");
        await using (FileStream file = System.IO.File.Create(Path.Combine(source, "sparse")))
        {
            for (int i = 0; i < 40; i++)
            {
                file.Position = i * 1_000_000;
                file.Write(Encoding.ASCII.GetBytes($"island {i}"));
            }

            file.SetLength(50_000_000);
        }

        await System.IO.File.WriteAllTextAsync(Path.Combine(source, "zlast"), "after", Token);
        await Command.RunAsync("tar", "-C", source, "--sparse", $"--format={format}", $"--sparse-version={version}", "-cf", archive, ".");
        Assert.True(new FileInfo(archive).Length < 1_000_000);
        string tree = await UnpackAsync(archive);
        Assert.Equal(Map(source), Map(tree));
        Assert.True(FileStatus.Of(Path.Combine(tree, "sparse")).Blocks * 512 < 2_000_000);
        Assert.Equal("after", await System.IO.File.ReadAllTextAsync(Path.Combine(tree, "zlast"), Token));
    }

    [Theory]
    [InlineData("GNU_FORMAT")]
    [InlineData("PAX_FORMAT")]
    public async Task Archives_of_python_unpack_to_the_same_tree(string format)
    {
        Command.Require("python3");
        string source = await MakeTreeAsync(longNames: true), archive = _store.PathOf("python.tar");
        await Command.RunAsync("python3", "-c", $"import tarfile; t = tarfile.open({Quote(archive)}, 'w', format=tarfile.{format}); t.add({Quote(source)}, '.'); t.close()");
        Assert.Equal(Map(source), Map(await UnpackAsync(archive)));
    }

    [Fact]
    public async Task Gnu_tar_unpacks_our_layers_to_the_same_tree()
    {
        Command.Require("tar");
        Command.RequireRoot();
        Layer layer = await _store.WriteAsync(OurEntries(), OwnPath);
        string archive = _store.Store.Blobs.PathOf(layer.DiffId);
        Assert.Equal(Map(await ExtractWithTarAsync(archive)), Map(await _store.Layers.GetTreeAsync(layer.DiffId, Token)));
    }

    [Fact]
    public async Task Python_lists_our_layers_as_we_do()
    {
        Command.Require("python3");
        Layer layer = await _store.WriteAsync(OurEntries(), OwnPath);
        string program = $$"""
            import tarfile
            for m in tarfile.open({{Quote(_store.Store.Blobs.PathOf(layer.DiffId))}}):
                print(m.name, oct(m.mode), m.uid, m.gid, m.size, m.mtime, m.linkname, m.pax_headers.get('SCHILY.xattr.user.note', ''), sep='|')
            """;
        string listed = await Command.RunAsync("python3", "-X", "utf8", "-c", program);
        IEnumerable<string> expected = layer.Index.Entries.Where(entry => !entry.IsImplied).Select(entry =>
            $"{entry.Path}|0o{Convert.ToString(entry.Mode, 8)}|{entry.Uid}|{entry.Gid}|{entry.Size}|{LayerWriterOptions.DefaultTimestamp}|{entry.LinkTarget}|"
            + (entry.Xattrs is null ? "" : Encoding.UTF8.GetString(entry.Xattrs["user.note"].Span)));
        Assert.Equal(expected, listed.TrimEnd('\n').Split('\n'));
    }

    private static LayerEntry[] OurEntries() =>
    [
        Directory("bin"),
        File("bin/a", 0x9ED) with { Uid = 5_000_000, Gid = 12 },
        HardLink("bin/b", "bin/a"),
        Link("bin/c", "/" + new string('x', 200)),
        Directory("bücher"),
        File("bücher/文字"),
        Directory(new string('d', 130)),
        File($"{new string('d', 130)}/{new string('e', 90)}"),
        File($"{new string('d', 130)}/{new string('f', 190)}"),
        File("note") with { Xattrs = new Dictionary<string, ReadOnlyMemory<byte>> { ["user.note"] = "hi"u8.ToArray() } },
    ];

    private async Task<string> MakeTreeAsync(bool longNames)
    {
        string source = MakeFolder("source");
        System.IO.Directory.CreateDirectory(Path.Combine(source, "dir"));
        await System.IO.File.WriteAllTextAsync(Path.Combine(source, "dir/plain"), new string('x', 70_000), Token);
        await System.IO.File.WriteAllTextAsync(Path.Combine(source, "dir/empty"), "", Token);
        await System.IO.File.WriteAllTextAsync(Path.Combine(source, "dir/größe"), "unicode", Token);
        System.IO.File.SetUnixFileMode(Path.Combine(source, "dir/plain"), (UnixFileMode)0x9E8);
        System.IO.File.SetLastWriteTimeUtc(Path.Combine(source, "dir/plain"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        System.IO.File.CreateSymbolicLink(Path.Combine(source, "link"), "dir/plain");
        await Command.RunAsync("ln", Path.Combine(source, "dir/plain"), Path.Combine(source, "hard"));
        if (longNames)
        {
            string deep = Path.Combine(source, new string('p', 120), new string('q', 120));
            System.IO.Directory.CreateDirectory(deep);
            await System.IO.File.WriteAllTextAsync(Path.Combine(deep, new string('r', 120)), "deep", Token);
            System.IO.File.CreateSymbolicLink(Path.Combine(source, "longlink"), new string('s', 150));
            await Command.RunAsync("ln", Path.Combine(deep, new string('r', 120)), Path.Combine(source, "zdeep"));
        }

        return source;
    }

    private string MakeFolder(string name) => System.IO.Directory.CreateDirectory(_store.PathOf(name)).FullName;

    private async Task<string> UnpackAsync(string archive)
    {
        string tree = MakeFolder("ours");
        await TreeUnpacker.UnpackAsync(System.IO.File.OpenRead(archive), tree, new UnpackOptions(), Token);
        return tree;
    }

    private async Task<string> ExtractWithTarAsync(string archive)
    {
        string tree = MakeFolder("theirs");
        await Command.RunAsync("tar", "-C", tree, "--numeric-owner", "--xattrs", "-pxf", archive);
        return tree;
    }

    // Everything that a tar can say of a tree, the root's own time aside.
    private static string[] Map(string tree)
    {
        var inodes = new Dictionary<ulong, string>();
        return [.. System.IO.Directory.EnumerateFileSystemEntries(tree, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path =>
        {
            FileStatus status = FileStatus.Of(path);
            string name = Path.GetRelativePath(tree, path);
            string first = inodes.TryAdd(status.Inode, name) ? name : inodes[status.Inode];
            string content = status.Kind == FileKind.Regular ? Foundation.Hashing.Digest.Of(System.IO.File.ReadAllBytes(path)).Short : new FileInfo(path).LinkTarget ?? "";
            return $"{name} {status.Kind} {status.Permissions:x} {status.Uid}:{status.Gid} {status.ModifiedNanoseconds / 1_000_000_000} {content} ={first}";
        })];
    }

    private static string Quote(string text) => $"'{text}'";
}
