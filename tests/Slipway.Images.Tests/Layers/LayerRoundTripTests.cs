using System.Text;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Layers;

public sealed class LayerRoundTripTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly LayerEntry[] Everything =
    [
        Directory("bin"),
        File("bin/sh", 0x9ED),
        HardLink("bin/zsh", "bin/sh"),
        Directory("dev"),
        new() { Path = "dev/null", Kind = LayerEntryKind.CharacterDevice, Mode = 0x1B6, DeviceMajor = 1, DeviceMinor = 3 },
        new() { Path = "dev/pipe", Kind = LayerEntryKind.Fifo, Mode = 0x180 },
        Directory("etc") with { IsOpaque = true, Uid = 4_000_000_000, Gid = 7 },
        Whiteout("etc/gone"),
        Link("etc/mtab", "../proc/self/mounts"),
        File("etc/ünïcödé 文字"),
        File("etc/\uDCFFbytes"),
        File($"long/{new string('d', 120)}/{new string('e', 120)}/{new string('f', 200)}"),
        Link("long/link", new string('t', 300)),
        File("xattr") with { Xattrs = new Dictionary<string, ReadOnlyMemory<byte>> { ["user.note"] = "a\0b\n"u8.ToArray() } },
    ];

    [Fact]
    public async Task A_layer_unpacks_to_the_entries_it_was_written_from()
    {
        Command.RequireRoot();
        using var store = new TemporaryStore();
        Layer written = await store.WriteAsync(Everything, OwnPath);
        string tree = store.PathOf("tree");
        System.IO.Directory.CreateDirectory(tree);
        UnpackedTar unpacked = await TreeUnpacker.UnpackAsync(await store.Layers.OpenTarAsync(written.DiffId, Token), tree, new UnpackOptions { Expected = written.DiffId }, Token);
        Assert.Equal(written.Index.Entries.Select(Text), unpacked.Index.Entries.Select(Text));
        Assert.Equal(written.TarSize, unpacked.TarSize);
        Assert.Equal(0x9ED, FileStatus.Of(Path.Combine(tree, "bin/sh")).Permissions);
        Assert.Equal(2u, FileStatus.Of(Path.Combine(tree, "bin/zsh")).LinkCount);
        Assert.Equal(LayerWriterOptions.DefaultTimestamp * 1_000_000_000, FileStatus.Of(Path.Combine(tree, "etc")).ModifiedNanoseconds);
        Assert.Equal(4_000_000_000, FileStatus.Of(Path.Combine(tree, "etc")).Uid);
        Assert.Equal("etc/ünïcödé 文字", await System.IO.File.ReadAllTextAsync(Path.Combine(tree, "etc/ünïcödé 文字"), Token));
        using DirectoryHandle root = DirectoryHandle.Open(tree);
        Assert.Equal("y"u8.ToArray(), ExtendedAttributes.Get(root, "etc", "trusted.overlay.opaque"));
        Assert.Equal("a\0b\n"u8.ToArray(), ExtendedAttributes.Get(root, "xattr", "user.note"));
    }

    [Fact]
    public async Task The_list_of_entries_survives_being_stored()
    {
        using var store = new TemporaryStore();
        Layer written = await store.WriteAsync(Everything, OwnPath, new LayerWriterOptions { HashContents = true });
        Layer read = LayerIndexFile.Read(written.DiffId, LayerIndexFile.Write(written));
        Assert.Equal(written.Index.Entries.Select(Text), read.Index.Entries.Select(Text));
        Assert.Equal(written.Index.Entries.Select(entry => entry.ContentDigest), read.Index.Entries.Select(entry => entry.ContentDigest));
        Assert.Equal(written.TarSize, read.TarSize);
    }

    [Fact]
    public async Task The_tar_is_written_again_from_the_tree_byte_for_byte()
    {
        Command.RequireRoot();
        using var store = new TemporaryStore();
        Layer written = await store.WriteAsync(Everything, OwnPath);
        await store.Layers.GetTreeAsync(written.DiffId, Token);
        System.IO.File.Delete(store.Store.Blobs.PathOf(written.DiffId));
        await using Stream again = await store.Layers.OpenTarAsync(written.DiffId, Token);
        Assert.Equal(written.DiffId, await Foundation.Hashing.Digest.OfAsync(again, Token));
    }

    [Fact]
    public async Task An_empty_layer_is_the_one_that_docker_knows()
    {
        using var store = new TemporaryStore();
        Layer empty = await store.WriteAsync([], OwnPath);
        Assert.Equal("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef", empty.DiffId.ToString());
        Assert.True(empty.IsEmpty);
    }

    internal static string Text(LayerEntry entry)
    {
        string xattrs = string.Join(',', (entry.Xattrs ?? new Dictionary<string, ReadOnlyMemory<byte>>()).Select(pair => $"{pair.Key}={Encoding.Latin1.GetString(pair.Value.Span)}"));
        return $"{entry.Kind} {entry.Path} {entry.Mode:x} {entry.Uid}:{entry.Gid} {entry.Size} ->{entry.LinkTarget} {entry.DeviceMajor}:{entry.DeviceMinor} [{xattrs}] "
            + $"{entry.ModifiedSeconds} @{entry.DataOffset} {(entry.IsOpaque ? "opaque" : "")} {(entry.IsImplied ? "implied" : "")}";
    }
}
