using Slipway.Build.Contexts;
using Slipway.Build.Progress;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Store;
using Slipway.Testing;
using Slipway.Testing.Registry;

namespace Slipway.Build.Tests.Operations;

/// <summary>ADD from addresses: downloads and git repositories.</summary>
public sealed class RemoteTests : IDisposable
{
    private readonly Store _store = new();
    private readonly FileServer _server;

    public RemoteTests()
    {
        Directory.CreateDirectory(_store["served"]);
        File.WriteAllText(_store["served/file.txt"], "served\n");
        _server = new FileServer(_store["served"]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Url => $"{_server.Address}/file.txt";

    [Fact]
    public async Task A_download_is_a_file_that_only_its_owner_reads()
    {
        StoredImage image = await new Builds(_store).BuildAsync($"FROM scratch\nADD {Url} /dir/");
        Assert.Equal("served\n", await _store.ReadAsync(image, "dir/file.txt"));
        SnapshotTree tree = await SnapshotTree.LoadAsync(_store.Images.Layers, [.. image.Config.DiffIds], Token);
        Assert.Equal(0x180, (await tree.FindAsync("dir/file.txt", Token))!.Mode);
    }

    [Fact]
    public async Task What_did_not_change_is_not_sent_again()
    {
        var builds = new Builds(_store);
        StoredImage first = await builds.BuildAsync($"FROM scratch\nADD {Url} /");
        StoredImage second = await builds.BuildAsync($"FROM scratch\nADD {Url} /");
        Assert.Equal(["200 /file.txt", "304 /file.txt"], _server.Answers);
        Assert.Equal(first.Id, second.Id);
        Assert.Single(builds.Labels<StepCached>());
    }

    [Fact]
    public async Task What_did_change_is_seen()
    {
        var builds = new Builds(_store);
        await builds.BuildAsync($"FROM scratch\nADD {Url} /");
        await File.WriteAllTextAsync(_store["served/file.txt"], "changed\n", Token);
        Assert.Equal("changed\n", await _store.ReadAsync(await builds.BuildAsync($"FROM scratch\nADD {Url} /"), "file.txt"));
    }

    [Fact]
    public async Task With_a_checksum_the_server_is_asked_once_for_all()
    {
        string recipe = $"FROM scratch\nADD --checksum={Digest.Of("served\n")} {Url} /";
        var builds = new Builds(_store);
        await builds.BuildAsync(recipe);
        await builds.BuildAsync(recipe);
        Assert.Single(_server.Answers);
    }

    [Theory]
    [InlineData("--checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000", "file.txt", "checksum-mismatch")]
    [InlineData("--checksum=sha256:abc", "file.txt", "bad-checksum")]
    [InlineData("", "missing.txt", "download-failed")]
    public async Task What_cannot_be_had_is_refused_at_its_line(string flag, string file, string code)
    {
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(
            () => new Builds(_store).BuildAsync($"FROM scratch\nADD {flag} {_server.Address}/{file} /"));
        Assert.Equal((code, 2), (error.Diagnostics[0].Code, error.Diagnostics[0].Position!.Value.Line));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_refused_at_its_line()
    {
        _server.Dispose();
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => new Builds(_store).BuildAsync($"FROM scratch\nADD {Url} /"));
        Assert.Equal(("download-failed", 2), (error.Diagnostics[0].Code, error.Diagnostics[0].Position!.Value.Line));
    }

    [Theory]
    [InlineData(FaultKind.Status)]
    [InlineData(FaultKind.Disconnect)]
    public async Task A_download_that_fails_in_passing_is_tried_again(FaultKind fault)
    {
        using var server = new InMemoryRegistry { KnowsRanges = false };
        string digest = server.AddBlob("files", "served\n"u8.ToArray());
        server.Break(new RegistryFault(fault, "GET", Times: 2) { After = 3 });
        StoredImage image = await new Builds(_store).BuildAsync($"FROM scratch\nADD --checksum={digest} http://{server.Host}/v2/files/blobs/{digest} /file");
        Assert.Equal("served\n", await _store.ReadAsync(image, "file"));
        Assert.Equal(3, server.Requests.Length);
    }

    [Fact]
    public async Task A_downloaded_archive_is_unpacked_only_on_request()
    {
        await Tool.RunAsync("tar", ["-cf", _store["served/a.tar"], "-C", _store["served"], "file.txt"], Token);
        StoredImage image = await new Builds(_store).BuildAsync($"FROM scratch\nADD {_server.Address}/a.tar /kept/\nADD --unpack {_server.Address}/a.tar /unpacked/");
        Assert.Equal("served\n", await _store.ReadAsync(image, "unpacked/file.txt"));
        Assert.Contains("ustar", await _store.ReadAsync(image, "kept/a.tar"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_is_added_at_a_branch_tag_or_commit()
    {
        Assert.SkipUnless(Tool.Find("git") is not null, "git is not installed");
        string commit = await RepositoryAsync();
        string address = $"{_server.Address}/repository.git";
        StoredImage image = await new Builds(_store).BuildAsync(
            $"FROM scratch\nADD {address}#main /branch/\nADD {address}#v1 /tag/\nADD {address}#{commit} /commit/\nADD {address}#v1:sub /sub/\nADD --keep-git-dir {address}#v1 /git/");
        Assert.Equal("two\n", await _store.ReadAsync(image, "branch/file"));
        Assert.Equal("one\n", await _store.ReadAsync(image, "tag/file"));
        Assert.Equal("one\n", await _store.ReadAsync(image, "commit/file"));
        Assert.Equal("below\n", await _store.ReadAsync(image, "sub/inner"));
        SnapshotTree tree = await SnapshotTree.LoadAsync(_store.Images.Layers, [.. image.Config.DiffIds], Token);
        Assert.Null(await tree.FindAsync("tag/.git", Token));
        Assert.NotNull(await tree.FindAsync("git/.git", Token));
    }

    [Fact]
    public async Task A_branch_that_is_not_there_is_refused_at_its_line()
    {
        Assert.SkipUnless(Tool.Find("git") is not null, "git is not installed");
        await RepositoryAsync();
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(
            () => new Builds(_store).BuildAsync($"FROM scratch\nADD {_server.Address}/repository.git#nowhere /x/"));
        Assert.Equal(("no-such-reference", 2), (error.Diagnostics[0].Code, error.Diagnostics[0].Position!.Value.Line));
    }

    public void Dispose()
    {
        _server.Dispose();
        _store.Dispose();
    }

    // Two commits, the first with a tag, served as plain files.
    private async Task<string> RepositoryAsync()
    {
        const string Script = """
            set -e; export GIT_CONFIG_GLOBAL=/dev/null; cd "$1"; git init -q -b main work; cd work
            commit() { git add -A; git -c user.name=t -c user.email=t@example.org commit -qm "$1"; }
            mkdir sub; echo below >sub/inner; echo one >file; commit one; git tag v1; git rev-parse HEAD
            echo two >file; commit two
            git clone -q --bare . "$1/served/repository.git"; git -C "$1/served/repository.git" update-server-info
            """;
        return (await Tool.RunAsync("bash", ["-c", Script, "bash", Path.GetDirectoryName(_store["served"])!], Token)).Trim();
    }
}
