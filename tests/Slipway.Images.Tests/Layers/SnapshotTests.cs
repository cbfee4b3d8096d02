using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Layers;

public sealed class SnapshotTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task The_highest_layer_wins()
    {
        using Snapshot snapshot = await StackAsync([File("a", 0x180)], [File("a", 0x1FF)]);
        Assert.Equal(0x1FF, snapshot.Lookup("a")!.Entry.Mode);
        Assert.Equal(snapshot.DiffIds[1], snapshot.Lookup("a")!.DiffId);
    }

    [Fact]
    public async Task A_whiteout_hides_the_file_below_and_all_below_a_directory()
    {
        using Snapshot snapshot = await StackAsync([Directory("d"), File("d/x"), File("f")], [Whiteout("d"), Whiteout("f")]);
        Assert.Null(snapshot.Lookup("d"));
        Assert.Null(snapshot.Lookup("d/x"));
        Assert.Null(snapshot.Lookup("f"));
        Assert.Equal([""], snapshot.Walk("").Select(entry => entry.Path));
    }

    [Fact]
    public async Task A_layer_above_a_whiteout_shows_again()
    {
        using Snapshot snapshot = await StackAsync([Directory("d"), File("d/x")], [Whiteout("d")], [Directory("d"), File("d/y")]);
        Assert.Equal(["d/y"], snapshot.List("d").Select(entry => entry.Path));
        Assert.Null(snapshot.Lookup("d/x"));
    }

    [Fact]
    public async Task An_opaque_directory_hides_what_lies_in_it_below()
    {
        using Snapshot snapshot = await StackAsync([Directory("d"), Directory("d/s"), File("d/s/x"), File("e")], [Directory("d") with { IsOpaque = true }, File("d/y")]);
        Assert.Equal(["", "d", "d/y", "e"], snapshot.Walk("").Select(entry => entry.Path));
        Assert.Null(snapshot.Lookup("d/s/x"));
    }

    [Fact]
    public async Task A_file_over_a_directory_hides_it()
    {
        using Snapshot snapshot = await StackAsync([Directory("d"), File("d/x")], [File("d")]);
        Assert.Null(snapshot.Lookup("d/x"));
        Assert.Equal(LayerEntryKind.File, snapshot.Lookup("d")!.Entry.Kind);
        Assert.Empty(snapshot.List("d"));
    }

    [Fact]
    public async Task Directories_merge_and_walking_goes_in_the_order_of_layers()
    {
        using Snapshot snapshot = await StackAsync([Directory("d"), File("d/b"), File("d.x")], [Directory("d"), File("d/a"), File("c")]);
        Assert.Equal(["", "c", "d", "d/a", "d/b", "d.x"], snapshot.Walk("").Select(entry => entry.Path));
    }

    [Fact]
    public async Task An_implied_directory_shows_the_metadata_of_the_one_below_and_needs_a_fixup()
    {
        using Snapshot snapshot = await StackAsync([Directory("srv"), Directory("srv/data", 0x1C0) with { Uid = 33 }], [File("srv/data/file")]);
        Assert.Equal((0x1C0, 33u), (snapshot.Lookup("srv/data")!.Entry.Mode, snapshot.Lookup("srv/data")!.Entry.Uid));
        Assert.Equal(["srv", "srv/data"], snapshot.Fixups().Select(entry => entry.Path));
        Assert.Equal(0x1C0, snapshot.Fixups()[1].Mode);
        Assert.Equal(0x1C0, snapshot.List("srv").Single().Entry.Mode);
    }

    [Fact]
    public async Task An_implied_directory_over_nothing_needs_no_fixup()
    {
        using Snapshot snapshot = await StackAsync([File("x")], [File("srv/data/file")]);
        Assert.Empty(snapshot.Fixups());
        Assert.True(snapshot.Lookup("srv/data")!.Entry.IsImplied);
    }

    [Theory]
    [InlineData("lib/x", "usr/lib/x")]
    [InlineData("/abs/x", "usr/lib/x")]
    [InlineData("up/lib/x", "usr/lib/x")]
    [InlineData("lib/../lib/x", "usr/lib/x")]
    [InlineData("../../lib/x", "usr/lib/x")]
    [InlineData("last", "usr/lib/x")]
    [InlineData("lib/new/dir", "usr/lib/new/dir")]
    public async Task Links_are_followed_inside_the_root(string path, string resolved)
    {
        using Snapshot snapshot = await StackAsync(
            [Directory("usr"), Directory("usr/lib"), File("usr/lib/x"), Link("lib", "usr/lib"), Link("abs", "/usr/lib"), Link("up", "../../.."), Link("last", "lib/x")]);
        Assert.Equal(resolved, snapshot.ResolvePath(path, followLast: true));
    }

    [Fact]
    public async Task Links_in_a_circle_are_an_error()
    {
        using Snapshot snapshot = await StackAsync([Link("a", "b"), Link("b", "a")]);
        Assert.Throws<IOException>(() => snapshot.Resolve("a", followLast: true));
        Assert.Equal(LayerEntryKind.SymbolicLink, snapshot.Resolve("a", followLast: false)!.Entry.Kind);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("tree")]
    [InlineData("blob")]
    public async Task A_file_is_read_from_whatever_form_there_is(string form)
    {
        using Snapshot snapshot = await StackAsync([Directory("d"), File("d/f"), HardLink("g", "d/f")]);
        Digest layer = snapshot.DiffIds[0];
        await (form switch
        {
            "tree" => _store.Layers.GetTreeAsync(layer, Token),
            "blob" => _store.Layers.GetBlobAsync(layer, CompressionKind.Gzip, Token),
            _ => Task.CompletedTask,
        });
        if (form == "blob")
        {
            System.IO.File.Delete(_store.Store.Blobs.PathOf(layer));
        }

        foreach (string path in (string[])["d/f", "g"])
        {
            SnapshotEntry entry = snapshot.Lookup(path)!;
            using var reader = new StreamReader(await snapshot.OpenAsync(entry, Token));
            Assert.Equal("d/f", await reader.ReadToEndAsync(Token));
            Assert.Equal(Digest.Of("d/f"), await snapshot.ContentDigestAsync(entry, Token));
        }
    }

    [Fact]
    public async Task Files_are_copied_into_another_layer()
    {
        using Snapshot snapshot = await StackAsync([Directory("d"), File("d/f")]);
        await using LayerWriter writer = _store.Layers.CreateWriter(new LayerWriterOptions());
        await snapshot.CopyToAsync(snapshot.Lookup("d/f")!, writer, File("copy", 0x180), Token);
        Layer copy = await writer.CompleteAsync(Token);
        using Snapshot other = await Snapshot.LoadAsync(_store.Layers, [copy.DiffId], Token);
        using var content = new MemoryStream();
        await using Stream opened = await other.OpenAsync(other.Lookup("copy")!, Token);
        await opened.CopyToAsync(content, Token);
        Assert.Equal("d/f", Encoding.UTF8.GetString(content.ToArray()));
    }

    private async Task<Snapshot> StackAsync(params LayerEntry[][] layers)
    {
        var diffIds = new List<Digest>();
        foreach (LayerEntry[] entries in layers)
        {
            diffIds.Add((await _store.WriteAsync(entries, OwnPath)).DiffId);
        }

        return await Snapshot.LoadAsync(_store.Layers, diffIds, Token);
    }
}
