using System.Formats.Tar;
using System.IO.Compression;

namespace Slipway.EndToEnd.Tests.BadInput;

/// <summary>Hostile and broken archives, unpacked by ADD and loaded as images.</summary>
public sealed class ArchiveTests(World world)
{
    public enum Trick
    {
        AbsolutePath,
        DotDot,
        DotDotInside,
        FileThroughLink,
        FileThroughAbsoluteLink,
        HardLinkOut,
        HardLinkAbsolute,
    }

    [Theory]
    [InlineData(Trick.AbsolutePath)]
    [InlineData(Trick.DotDot)]
    [InlineData(Trick.DotDotInside)]
    [InlineData(Trick.FileThroughLink)]
    [InlineData(Trick.FileThroughAbsoluteLink)]
    [InlineData(Trick.HardLinkOut)]
    [InlineData(Trick.HardLinkAbsolute)]
    public async Task ADD_refuses_an_archive_that_reaches_out_of_itself(Trick trick)
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nADD trick.tar /dest/\n");
        var escaped = Path.Combine(world.NewFolder("outside"), "escaped");
        Write(Path.Combine(context, "trick.tar"), Entries(trick, escaped));
        await store.RefuseAsync(context, "Dockerfile:2", "trick.tar");
        Assert.False(File.Exists(escaped));
        Assert.DoesNotContain("escaped", string.Join('\n', Directory.GetFiles(store.Store, "*", SearchOption.AllDirectories)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_in_an_archive_may_point_anywhere_because_they_mean_the_image()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nADD links.tar /dest/\nRUN readlink /dest/absolute && readlink /dest/up && cat /dest/absolute | head -1 > /seen\n");
        Write(Path.Combine(context, "links.tar"), [Link("absolute", "/etc/passwd"), Link("up", "../../../etc/passwd")]);
        await store.RunAsync("build", "-t", "links", context);
        Assert.StartsWith("root:", (await store.RunAsync("run", "links", "cat", "/seen")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ADD_refuses_an_archive_that_ends_too_early(bool compressed)
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nADD cut.tar /dest/\n");
        var path = Path.Combine(context, "cut.tar");
        var noise = new byte[64 * 1024];
        new Random(1).NextBytes(noise);
        Write(path, [new PaxTarEntry(TarEntryType.RegularFile, "big") { DataStream = new MemoryStream(noise) }], compressed);
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        await store.RefuseAsync(context, "Dockerfile:2", "cut.tar", "broken");
    }

    [Fact]
    public async Task What_only_looks_like_an_archive_is_a_file_like_any_other()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nADD notes.tar.gz /dest/\n", "notes.tar.gz", "not compressed\n");
        await store.RunAsync("build", "-t", "notes", context);
        Assert.Equal("not compressed\n", (await store.RunAsync("run", "notes", "cat", "/dest/notes.tar.gz")).Out);
    }

    [Theory]
    [InlineData(Trick.AbsolutePath)]
    [InlineData(Trick.DotDot)]
    [InlineData(Trick.FileThroughAbsoluteLink)]
    [InlineData(Trick.HardLinkOut)]
    public async Task An_imported_file_system_never_reaches_out_of_itself(Trick trick)
    {
        var store = await world.NewBusyboxStoreAsync();
        var escaped = Path.Combine(world.NewFolder("outside"), "escaped");
        var archive = Path.Combine(world.NewFolder("import"), "trick.tar");
        Write(archive, Entries(trick, escaped));
        var import = await store.Command("import", archive, Remains.Never).RunAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(escaped));
        if (import.ExitCode == 0)
        {
            await store.RunAsync("rmi", Remains.Never); // taken as a path below the image's root, as tar and docker do
        }

        await store.AssertNothingLeftAsync();
    }

    private static TarEntry[] Entries(Trick trick, string outside) => trick switch
    {
        Trick.AbsolutePath => [Text(outside)],
        Trick.DotDot => [Text("../../../../../../.." + outside)],
        Trick.DotDotInside => [Folder("a"), Text("a/../../../../../../../.." + outside)],
        Trick.FileThroughLink => [Link("out", "../../../../../../.." + Path.GetDirectoryName(outside)), Text("out/escaped")],
        Trick.FileThroughAbsoluteLink => [Link("out", Path.GetDirectoryName(outside)!), Text("out/escaped")],
        Trick.HardLinkOut => [Hard("copy", "../../../../../../../etc/passwd")],
        Trick.HardLinkAbsolute => [Hard("copy", "/etc/passwd")],
        _ => throw new ArgumentOutOfRangeException(nameof(trick)),
    };

    private static PaxTarEntry Text(string path) => new(TarEntryType.RegularFile, path) { DataStream = new MemoryStream("escaped"u8.ToArray()) };

    private static PaxTarEntry Folder(string path) => new(TarEntryType.Directory, path);

    private static PaxTarEntry Link(string path, string target) => new(TarEntryType.SymbolicLink, path) { LinkName = target };

    private static PaxTarEntry Hard(string path, string target) => new(TarEntryType.HardLink, path) { LinkName = target };

    private static void Write(string path, TarEntry[] entries, bool compressed = false)
    {
        using Stream file = File.Create(path);
        using var stream = compressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using var writer = new TarWriter(stream);
        foreach (var entry in entries)
        {
            writer.WriteEntry(entry);
        }
    }
}
