using FsCheck;
using FsCheck.Fluent;
using Slipway.Build.Contexts;
using Slipway.Build.Operations;
using Slipway.Build.Tests.Contexts;
using Slipway.Dockerfile;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.Sandbox.Users;

namespace Slipway.Build.Tests.Operations;

public sealed class CopyLayoutTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Missing_directories_are_made_and_belong_to_the_owner()
    {
        var layout = new CopyLayout(new MemoryTree(), new Ownership(5, 6), null);
        await layout.PlaceAsync(new MemoryTree("f"), File("f"), "a/b/f", Token);
        Assert.Equal(["a 755 5:6", "a/b 755 5:6", "a/b/f 644 5:6"], Shown(layout));
    }

    [Fact]
    public async Task Directories_that_are_there_are_listed_as_they_are()
    {
        MemoryTree below = new MemoryTree().Add(new FileNode { Path = "a", Kind = FileKind.Directory, Mode = 0x1C0, Uid = 7, Gid = 8 });
        var layout = new CopyLayout(below, new Ownership(5, 6), ChmodSpec.Parse("600"));
        await layout.PlaceAsync(new MemoryTree("f"), File("f"), "a/f", Token);
        Assert.Equal(["a 700 7:8", "a/f 600 5:6"], Shown(layout));
    }

    [Fact]
    public async Task A_link_below_is_followed_where_a_directory_goes()
    {
        var layout = new CopyLayout(new MemoryTree("usr/lib/", "lib -> usr/lib"), null, null);
        await layout.PlaceContentAsync(new MemoryTree("lib/x"), "", "", _ => false, Token);
        Assert.Equal(["usr", "usr/lib", "usr/lib/x"], Paths(layout));
    }

    [Fact]
    public async Task A_file_replaces_a_link_of_its_name()
    {
        var layout = new CopyLayout(new MemoryTree("target", "f -> target"), null, null);
        await layout.PlaceContentAsync(new MemoryTree("f"), "", "", _ => false, Token);
        Assert.Equal(["f"], Paths(layout));
    }

    [Fact]
    public async Task A_file_does_not_replace_a_directory()
    {
        var layout = new CopyLayout(new MemoryTree("f/"), null, null);
        await Assert.ThrowsAsync<IOException>(() => layout.PlaceAsync(new MemoryTree("f"), File("f"), "f", Token));
    }

    [Fact]
    public async Task Nothing_is_placed_below_a_file()
    {
        var layout = new CopyLayout(new MemoryTree("f"), null, null);
        await Assert.ThrowsAsync<IOException>(() => layout.PlaceAsync(new MemoryTree("x"), File("x"), "f/x", Token));
    }

    [Fact]
    public async Task Several_names_of_one_file_stay_one_file()
    {
        FileNode one = File("one") with { HardLinkGroup = "g" };
        FileNode two = File("two") with { HardLinkGroup = "g" };
        MemoryTree source = new MemoryTree().Add(one).Add(two);
        var layout = new CopyLayout(new MemoryTree(), null, null);
        await layout.PlaceContentAsync(source, "", "d", _ => false, Token);
        PlacedEntry link = layout.Finish()[^1];
        Assert.Equal((LayerEntryKind.HardLink, "d/one"), (link.Entry.Kind, link.Entry.LinkTarget));
    }

    [Fact]
    public async Task Excluded_files_stay_out_but_not_what_a_pattern_keeps_below_them()
    {
        var excluded = new IgnoreMatcher(["logs", "!logs/keep"]);
        var layout = new CopyLayout(new MemoryTree(), null, null);
        await layout.PlaceContentAsync(new MemoryTree("a", "logs/drop", "logs/keep"), "", "", excluded.Matches, Token);
        Assert.Equal(["a", "logs", "logs/keep"], Paths(layout));
    }

    [Fact]
    public async Task Symbolic_modes_look_at_what_is_there()
    {
        var layout = new CopyLayout(new MemoryTree(), null, ChmodSpec.Parse("u=rwX,go="));
        await layout.PlaceContentAsync(new MemoryTree("d/f"), "", "", _ => false, Token);
        Assert.Equal(["d 700 0:0", "d/f 600 0:0"], Shown(layout));
    }

    [Fact]
    public void Every_entry_has_its_parents_before_it_and_every_file_arrives()
    {
        Gen<string> part = Gen.Elements("a", "b", "c", "d");
        Gen<List<string>> tree = part.ListOf().Where(p => p.Count is > 0 and < 5).Select(p => string.Join('/', p)).ListOf()
            .Select(paths => paths.Where((p, i) => !paths.Take(i).Any(o => Clash(o, p))).ToList());
        Prop.ForAll(tree.ToArbitrary(), part.ListOf().Select(p => string.Join('/', p)).ToArbitrary(), (files, destination) =>
        {
            var source = new MemoryTree(files);
            var layout = new CopyLayout(new MemoryTree(), null, null);
            layout.PlaceContentAsync(source, "", destination, _ => false, CancellationToken.None).GetAwaiter().GetResult();
            string[] paths = Paths(layout);
            return paths.Select((p, i) => PathResolver.Parent(p) is var parent && (parent.Length == 0 || paths.Take(i).Contains(parent))).All(x => x)
                && files.All(f => paths.Contains(PathResolver.Join(destination, f)));
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    private static bool Clash(string a, string b) => a == b || a.StartsWith(b + "/", StringComparison.Ordinal) || b.StartsWith(a + "/", StringComparison.Ordinal);

    private static FileNode File(string path) => new() { Path = path, Kind = FileKind.Regular, Mode = 0x1A4 };

    private static string[] Paths(CopyLayout layout) => [.. layout.Finish().Select(e => e.Entry.Path)];

    private static string[] Shown(CopyLayout layout) =>
        [.. layout.Finish().Select(e => $"{e.Entry.Path} {Convert.ToString(e.Entry.Mode, 8)} {e.Entry.Uid}:{e.Entry.Gid}")];
}
