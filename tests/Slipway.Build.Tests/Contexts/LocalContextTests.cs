using Slipway.Build.Contexts;
using Slipway.Dockerfile;
using Slipway.Foundation.Linux;
using Slipway.Testing;

namespace Slipway.Build.Tests.Contexts;

public sealed class LocalContextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_the_ignore_file_hides_is_not_there()
    {
        LocalContext context = Context("*.log\nbuild", "a.log", "a.txt", "build/out");
        Assert.Equal(["a.txt"], await NamesAsync(context, ""));
        Assert.Null(await context.FindAsync("a.log", Token));
        Assert.True(context.IsHidden("build/out"));
        Assert.False(context.IsHidden("nowhere"));
    }

    [Fact]
    public async Task A_hidden_directory_is_there_when_something_below_it_is_brought_back()
    {
        LocalContext context = Context("data\n!data/keep", "data/keep", "data/drop", "other/x");
        Assert.Equal(["data", "other"], await NamesAsync(context, ""));
        Assert.Equal(["keep"], await NamesAsync(context, "data"));
    }

    [Fact]
    public async Task Owners_are_roots_and_modes_are_kept()
    {
        LocalContext context = Context("", "run");
        File.SetUnixFileMode(_folder["run"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        FileNode node = (await context.FindAsync("run", Token))!;
        Assert.Equal((0u, 0u, 0x140), (node.Uid, node.Gid, node.Mode));
    }

    [Fact]
    public async Task A_link_to_a_directory_is_not_walked_into()
    {
        LocalContext context = Context("", "real/file");
        File.CreateSymbolicLink(_folder["link"], "/etc");
        Assert.Equal(FileKind.SymbolicLink, (await context.FindAsync("link", Token))!.Kind);
        Assert.Empty(await context.ListAsync("link", Token));
        Assert.Null(await context.FindAsync("link/passwd", Token));
    }

    [Fact]
    public async Task Nodes_come_in_ordinal_order_and_are_found_by_it()
    {
        LocalContext context = Context("", "a", "B", "a.b", "a-b", "é", "Z");
        string[] names = await NamesAsync(context, "");
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        foreach (string name in names)
        {
            Assert.NotNull(await context.FindAsync(name, Token));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<string[]> NamesAsync(LocalContext context, string directory) =>
        [.. (await context.ListAsync(directory, Token)).Select(n => n.Name)];

    private LocalContext Context(string ignore, params string[] files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.WriteAllText(_folder[file], file);
        }

        return new LocalContext(_folder.Path, new IgnoreMatcher(IgnoreFile.Parse(ignore)), StatCache.Load(_folder[".stat"], _folder.Path, TimeProvider.System));
    }
}
