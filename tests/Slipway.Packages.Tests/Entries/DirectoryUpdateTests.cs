using System.Text;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Packages.Entries;
using Slipway.Testing;

namespace Slipway.Packages.Tests.Entries;

/// <summary>An environment is changed as a whole or not at all.</summary>
public sealed class DirectoryUpdateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DirectoryUpdateTests()
    {
        Put("lib/a.py", "old a");
        Put("lib/sub/b.py", "old b");
        Put("mine", "x");
        File.CreateSymbolicLink(_folder["env/lib64"], "lib");
    }

    private string Env => _folder["env"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_go_and_come_and_folders_that_are_left_empty_go_too()
    {
        await UpdateAsync(["lib/sub/b.py", "lib/none"], [Entry("lib/a.py", "new a"), Entry("lib/c/d.py", "d")]);
        Assert.Equal(["lib/a.py=new a", "lib/c/d.py=d", "lib64->lib", "mine=x"], Content());
        Assert.False(Directory.Exists(_folder["env/lib/sub"]));
    }

    [Fact]
    public async Task A_step_that_fails_puts_everything_back()
    {
        string[] before = Content();
        await Assert.ThrowsAsync<IOException>(() => UpdateAsync(["lib/sub/b.py"], [Entry("lib/a.py", "new a"), Entry("lib/c/d.py", "d")], ["lib/c/made"], _ =>
        {
            Put("lib/c/made", "made");
            throw new IOException("no room");
        }));
        Assert.Equal(before, Content());
        Assert.False(Directory.Exists(_folder["env/lib/c"]));
    }

    [Fact]
    public async Task What_a_killed_process_left_is_put_back_by_the_next_one()
    {
        string[] before = Content();
        string copy = _folder["copy"];
        await UpdateAsync(["lib/sub/b.py"], [Entry("lib/a.py", "new a"), Entry("lib/c/d.py", "d")], ["lib/c/made"], async token =>
        {
            Put("lib/c/made", "made");
            await Tool.RunAsync("cp", ["-a", Env, copy], token); // as a kill at this moment would leave it
        });
        Directory.Delete(Env, recursive: true);
        Directory.Move(copy, Env);
        await UpdateAsync([], [Entry("e", "e")]);
        Assert.Equal([.. before.Append("e=e").Order(StringComparer.Ordinal)], Content());
    }

    [Fact]
    public async Task A_file_is_not_put_over_a_folder_and_nothing_is_changed()
    {
        string[] before = Content();
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => UpdateAsync(["lib/a.py"], [Entry("lib/sub", "x")]));
        Assert.Equal("path-conflict", refused.Diagnostics[0].Code);
        Assert.Equal(before, Content());
    }

    [Fact]
    public async Task Two_do_not_change_it_at_once()
    {
        using FileLock taken = FileLock.TryAcquire(_folder["env/.slipway-update.lock"])!;
        Assert.Equal("prefix-busy", (await Assert.ThrowsAsync<DiagnosticException>(() => UpdateAsync([], [Entry("e", "e")]))).Diagnostics[0].Code);
    }

    private Task UpdateAsync(string[] removed, EnvironmentEntry[] entries, string[]? made = null, Func<CancellationToken, Task>? step = null) =>
        DirectoryUpdate.RunAsync(Env, removed, [entries], made ?? [], FileSharing.Any, 2, step, TestContext.Current.CancellationToken);

    private static EnvironmentEntry Entry(string path, string text) => EnvironmentEntry.Of(path, Encoding.UTF8.GetBytes(text), isExecutable: false, "test 1");

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Env, path))!);
        File.WriteAllText(Path.Combine(Env, path), text);
    }

    private string[] Content() =>
    [
        .. Walk(new DirectoryInfo(Env)).Select(f => Path.GetRelativePath(Env, f.FullName) + (f.LinkTarget is { } target ? "->" + target : "=" + File.ReadAllText(f.FullName))).Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<FileSystemInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos().SelectMany(f => f is DirectoryInfo { LinkTarget: null } below ? Walk(below) : [f]);
}
