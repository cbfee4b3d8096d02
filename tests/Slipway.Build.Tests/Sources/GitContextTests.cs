using Slipway.Build.Contexts;
using Slipway.Build.Sources;
using Slipway.Dockerfile;
using Slipway.Foundation.Http;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Build.Tests.Sources;

/// <summary>Contexts that are repositories.</summary>
public sealed class GitContextTests : IDisposable
{
    private readonly Store _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("v1", "one\n")]
    [InlineData("refs/tags/v1", "one\n")]
    [InlineData("main", "two\n")]
    [InlineData("refs/heads/main", "two\n")]
    [InlineData("refs/pull/7/head", "two\n")]
    [InlineData("pull/7/head", "two\n")]
    [InlineData("", "two\n")]
    public async Task A_reference_names_a_commit(string reference, string content)
    {
        Repository repository = await Repository.MakeAsync(_store["git"]);
        OpenedContext context = await OpenAsync(repository, reference, submodules: false);
        Assert.Equal(content, await ReadAsync(context, "file"));
        Assert.Null(await context.ToContext(null).FindAsync(".git", Token));
    }

    [Fact]
    public async Task A_commit_is_named_whole_or_by_its_beginning()
    {
        Repository repository = await Repository.MakeAsync(_store["git"]);
        Assert.Equal("one\n", await ReadAsync(await OpenAsync(repository, repository.First, submodules: false), "file"));
        Assert.Equal("one\n", await ReadAsync(await OpenAsync(repository, repository.First[..8], submodules: false), "file"));
    }

    [Fact]
    public async Task What_was_checked_out_is_not_fetched_again()
    {
        Repository repository = await Repository.MakeAsync(_store["git"]);
        await OpenAsync(repository, repository.First, submodules: false);
        Directory.Delete(repository.Folder, recursive: true);
        Assert.Equal("one\n", await ReadAsync(await OpenAsync(repository, repository.First, submodules: false), "file"));
    }

    [Fact]
    public async Task Offline_a_branch_is_what_it_was()
    {
        Repository repository = await Repository.MakeAsync(_store["git"]);
        await OpenAsync(repository, "main", submodules: false);
        Directory.Delete(repository.Folder, recursive: true);
        Assert.Equal("two\n", await ReadAsync(await OpenAsync(repository, "main", submodules: false, offline: true), "file"));
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => OpenAsync(repository, "v1", submodules: false, offline: true));
        Assert.Equal("offline", error.Diagnostics[0].Code);
    }

    [Fact]
    public async Task A_subdirectory_is_a_context_of_its_own()
    {
        Repository repository = await Repository.MakeAsync(_store["git"]);
        OpenedContext context = await OpenAsync(repository, "v1", submodules: false, subdirectory: "sub");
        Assert.Equal("below\n", await ReadAsync(context, "inner"));
        Assert.Null(await context.ToContext(null).FindAsync("file", Token));
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => OpenAsync(repository, "v1", submodules: false, subdirectory: "sup"));
        Assert.Equal("did you mean sub?", error.Diagnostics[0].Help);
    }

    [Fact]
    public async Task A_reference_that_is_not_there_is_told_with_the_nearest()
    {
        Repository repository = await Repository.MakeAsync(_store["git"]);
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => OpenAsync(repository, "mian", submodules: false));
        Assert.Equal(("no-such-reference", "did you mean main?"), (error.Diagnostics[0].Code, error.Diagnostics[0].Help));
    }

    [Fact]
    public async Task Another_commit_than_the_checksum_is_refused()
    {
        Repository repository = await Repository.MakeAsync(_store["git"]);
        using RemoteSources sources = Sources(offline: false);
        var address = new GitAddress(repository.Address, "main", false, false);
        Assert.Equal(repository.Last, await sources.Repositories.CommitAsync(address, repository.Last[..10], Token));
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => sources.Repositories.CommitAsync(address, repository.First, Token));
        Assert.Equal("checksum-mismatch", error.Diagnostics[0].Code);
    }

    [Fact]
    public async Task The_ignore_file_hides_files_of_a_repository()
    {
        Repository repository = await Repository.MakeAsync(_store["git"]);
        OpenedContext opened = await OpenAsync(repository, "v1", submodules: false, subdirectory: "sub");
        IBuildContext context = opened.ToContext(new IgnoreMatcher(["hidden"]));
        Assert.Equal([".dockerignore", "Dockerfile", "inner"], (await context.ListAsync("", Token)).Select(node => node.Path));
        Assert.True(context.IsHidden("hidden"));
    }

    private async Task<OpenedContext> OpenAsync(Repository repository, string reference, bool submodules, string subdirectory = "", bool offline = false)
    {
        using RemoteSources sources = Sources(offline);
        var git = new GitReference { Remote = repository.Address, ShortName = "repository", Ref = reference, Submodules = submodules, Subdirectory = subdirectory };
        return await new ContextOpener(_store.Images, sources).OpenGitAsync(git, keepGitDirectory: false, Token);
    }

    private RemoteSources Sources(bool offline) =>
        new(_store.Images, new HttpPolicyOptions { Offline = offline }, GitCredentials.None, new SourceOptions { Offline = offline }, TimeProvider.System);

    private static async Task<string> ReadAsync(OpenedContext opened, string path)
    {
        IBuildContext context = opened.ToContext(null);
        FileNode node = (await context.FindAsync(path, Token))!;
        Assert.Equal((FileKind.Regular, 0u), (node.Kind, node.Uid));
        using var reader = new StreamReader(await context.OpenAsync(node, Token));
        return await reader.ReadToEndAsync(Token);
    }
}
