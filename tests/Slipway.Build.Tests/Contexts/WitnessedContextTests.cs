using Slipway.Build.Contexts;
using Slipway.Foundation.Linux;
using Slipway.Testing;

namespace Slipway.Build.Tests.Contexts;

/// <summary>What was asked of a folder has the same answers exactly as long as nothing of it changed.</summary>
public sealed class WitnessedContextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_changed_is_the_same_and_so_is_a_change_of_what_nobody_asked_for()
    {
        WitnessedContext asked = await AskAsync();
        Assert.True(await AreSameAsync(asked));
        Write("elsewhere", "new");
        Write("asked/by-name-only", "other content");
        Assert.True(await AreSameAsync(asked));
    }

    [Theory]
    [InlineData("the content of a file that was read")]
    [InlineData("a file where there was none")]
    [InlineData("a file that is gone")]
    [InlineData("a name in a folder that was listed")]
    [InlineData("the mode of a file")]
    [InlineData("where a link points")]
    public async Task A_change_of_what_was_asked_for_is_seen(string change)
    {
        WitnessedContext asked = await AskAsync();
        switch (change)
        {
            case "the content of a file that was read": Write("read", "other"); break;
            case "a file where there was none": Write("missing", ""); break;
            case "a file that is gone": File.Delete(_folder["asked/by-name-only"]); break;
            case "a name in a folder that was listed": Write("listed/two", ""); break;
            case "the mode of a file": File.SetUnixFileMode(_folder["asked/by-name-only"], UnixFileMode.UserRead); break;
            default: File.Delete(_folder["link"]); File.CreateSymbolicLink(_folder["link"], "listed"); break;
        }

        Assert.False(await AreSameAsync(asked));
    }

    [Fact]
    public async Task A_file_that_was_written_since_is_taken_as_it_is_now()
    {
        WitnessedContext asked = await AskAsync();
        Write("missing", "written by whoever asked");
        await asked.RewriteAsync(Context(), "missing", Token);
        Assert.True(await AreSameAsync(asked));
        Write("missing", "written by somebody else");
        Assert.False(await AreSameAsync(asked));
    }

    [Fact]
    public async Task A_trees_digest_changes_with_paths_modes_links_and_contents_and_with_nothing_else()
    {
        Write("a/b", "one");
        File.CreateSymbolicLink(_folder["link"], "a");
        string before = await DigestAsync();
        File.SetLastWriteTimeUtc(_folder["a/b"], DateTime.UnixEpoch);
        Assert.Equal(before, await DigestAsync());
        string[] changed =
        [
            await AfterAsync(() => Write("a/b", "two")), await AfterAsync(() => Directory.Move(_folder["a"], _folder["c"])),
            await AfterAsync(() => File.SetUnixFileMode(_folder["c/b"], UnixFileMode.UserRead | UnixFileMode.UserExecute)),
            await AfterAsync(() => { File.Delete(_folder["link"]); File.CreateSymbolicLink(_folder["link"], "c"); }), await AfterAsync(() => Directory.CreateDirectory(_folder["empty"])),
        ];
        Assert.Equal(6, changed.Append(before).Distinct().Count());

        async Task<string> AfterAsync(Action change)
        {
            change();
            return await DigestAsync();
        }

        async Task<string> DigestAsync() => (await TreeDigest.OfAsync(Context(), Token)).Hex;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<WitnessedContext> AskAsync()
    {
        foreach (string path in (string[])["read", "asked/by-name-only", "listed/one"])
        {
            Write(path, "x");
        }

        File.CreateSymbolicLink(_folder["link"], "read");
        var context = new WitnessedContext(Context());
        await using (Stream stream = await context.OpenAsync((await context.FindAsync("read", Token))!, Token))
        {
            Assert.Equal('x', stream.ReadByte());
        }

        Assert.Null(await context.FindAsync("missing", Token));
        Assert.Equal(FileKind.SymbolicLink, (await context.FindAsync("link", Token))!.Kind);
        Assert.NotNull(await context.FindAsync("asked/by-name-only", Token));
        Assert.Single(await context.ListAsync("listed", Token));
        return context;
    }

    private Task<bool> AreSameAsync(WitnessedContext asked) => WitnessedContext.AreSameAsync(Context(), asked.Answers, Token);

    private LocalContext Context() => new(_folder.Path, null, StatCache.Load(_folder["../stat-" + Path.GetFileName(_folder.Path)], _folder.Path, TimeProvider.System));

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllText(_folder[path], text);
    }
}
