using FsCheck;
using FsCheck.Fluent;
using Slipway.Build.Contexts;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Tests.Contexts;

public sealed class PathResolverTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("./a//b/", "a/b")]
    [InlineData("a/../../b", "b")]
    [InlineData("../../..", "")]
    public void Cleaning_stops_at_the_root(string path, string clean) => Assert.Equal(clean, PathResolver.Clean(path));

    [Theory]
    [InlineData("dir/link", "dir/file")] // relative to where the link stands
    [InlineData("absolute", "dir/file")]
    [InlineData("up", "dir/file")] // more ".." than there are directories
    [InlineData("through/file", "dir/file")]
    [InlineData("missing/new", "missing/new")]
    [InlineData("dangling", "nowhere")]
    [InlineData("dir/file/below", "dir/file/below")]
    public async Task Links_are_followed_within_the_tree(string path, string leadsTo)
    {
        var tree = new MemoryTree("dir/file", "dir/link -> file", "absolute -> /dir/file", "up -> ../../../dir/file", "through -> dir", "dangling -> nowhere");
        Assert.Equal(leadsTo, (await ResolveAsync(tree, path)).Path);
    }

    [Fact]
    public async Task The_last_link_is_followed_only_on_request()
    {
        var tree = new MemoryTree("file", "link -> file");
        ResolvedPath found = await PathResolver.ResolveAsync(tree, "link", followLast: false, TestContext.Current.CancellationToken);
        Assert.Equal(FileKind.SymbolicLink, found.Node!.Kind);
    }

    [Fact]
    public Task Links_that_go_round_are_refused() =>
        Assert.ThrowsAsync<IOException>(() => ResolveAsync(new MemoryTree("a -> b", "b -> a"), "a"));

    [Fact]
    public void No_path_leaves_the_tree_whatever_its_links_say()
    {
        Gen<string> part = Gen.Elements("a", "b", "c", "..", ".", "", "l", "m");
        Gen<string> path = part.ListOf().Select(parts => string.Join('/', parts));
        Gen<(string, string, string)> all = path.Zip(path).SelectMany(two => path.Select(three => (two.Item1, two.Item2, three)));
        Prop.ForAll(all.ToArbitrary(), t =>
        {
            var tree = new MemoryTree("a/b/c", "b/", $"l -> {(t.Item1.Length == 0 ? "/" : t.Item1)}", $"a/m -> {(t.Item2.Length == 0 ? ".." : t.Item2)}");
            try
            {
                ResolvedPath found = ResolveAsync(tree, t.Item3).GetAwaiter().GetResult();
                return found.Path == PathResolver.Clean(found.Path) && (found.Node is null || found.Node.Path == found.Path);
            }
            catch (IOException)
            {
                return true; // round in a circle
            }
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    private static async Task<ResolvedPath> ResolveAsync(MemoryTree tree, string path) =>
        await PathResolver.ResolveAsync(tree, path, followLast: true, TestContext.Current.CancellationToken);
}
