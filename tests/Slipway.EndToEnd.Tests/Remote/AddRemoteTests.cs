using System.Security.Cryptography;

namespace Slipway.EndToEnd.Tests.Remote;

/// <summary>ADD of addresses and repositories, from servers on loopback.</summary>
public sealed class AddRemoteTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task A_file_is_downloaded_once_and_asked_for_again_only_by_its_tag()
    {
        using var server = new FileServer();
        var context = world.NewContext("Dockerfile", $"FROM busybox\nADD {server.Address}data.txt /in/\n");
        await slipway.RunAsync("build", "-t", "download", context);
        Assert.Equal("600 remote\n", (await slipway.RunAsync("run", "download", "sh", "-c", "stat -c '%a' /in/data.txt | tr '\\n' ' '; cat /in/data.txt")).Out);
        await slipway.RunAsync("build", "-t", "download", context);
        Assert.Equal(1, server.Sent);
        server.Content = "changed\n"u8.ToArray();
        await slipway.RunAsync("build", "-t", "download", context);
        Assert.Equal("changed\n", (await slipway.RunAsync("run", "download", "cat", "/in/data.txt")).Out);
    }

    [Fact]
    public async Task With_a_checksum_nothing_is_asked_and_nothing_else_is_taken()
    {
        using var server = new FileServer();
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(server.Content));
        var context = world.NewContext("Dockerfile", $"FROM busybox\nADD --checksum={digest} {server.Address}data.txt /\n");
        await slipway.RunAsync("build", "-q", context);
        server.Content = "tampered\n"u8.ToArray();
        await slipway.RunAsync("build", "-q", context);

        var other = world.NewStore();
        await other.RunAsync("load", "-q", "--input", await World.BaseImageAsync("busybox"));
        await other.RunAsync("tag", "slipway.test/busybox:latest", "busybox");
        var failed = await other.RunAsync(1, "build", context);
        Assert.Contains("Dockerfile:2:1: error:", failed.Error, StringComparison.Ordinal);
        Assert.Contains("checksum-mismatch", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_not_there_is_an_error_at_its_line()
    {
        using var server = new FileServer();
        var context = world.NewContext("Dockerfile", $"FROM busybox\nADD {server.Address}missing /\n");
        var failed = await slipway.RunAsync(1, "build", context);
        Assert.Contains("Dockerfile:2:1: error:", failed.Error, StringComparison.Ordinal);
        Assert.Contains("404", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_archive_is_unpacked_only_when_asked()
    {
        using var server = new FileServer();
        var context = world.NewContext(
            "Dockerfile", $"FROM busybox\nADD {server.Address}a.tar /kept/\nADD --unpack {server.Address}a.tar /unpacked/\n", "inner/file", "packed\n");
        await slipway.ShellAsync($"tar -C {context} -cf {context}/a.tar inner");
        server.Content = await File.ReadAllBytesAsync(Path.Combine(context, "a.tar"), TestContext.Current.CancellationToken);
        await slipway.RunAsync("build", "-t", "archive", context);
        Assert.Equal("a.tar\npacked\n", (await slipway.RunAsync("run", "archive", "sh", "-c", "ls /kept; cat /unpacked/inner/file")).Out);
    }

    [Fact]
    public async Task A_repository_is_fetched_with_git_at_the_commit_it_names()
    {
        var work = world.NewFolder("repository");
        var git = slipway with { Folder = work, Variables = new Dictionary<string, string?> { ["GIT_CONFIG_GLOBAL"] = "/dev/null" } };
        var port = new Uri(new FileServer().Address).Port + 1;
        await git.ShellAsync(
            "git init -q -b main project && cd project && git config user.name t && git config user.email t@example.invalid"
            + " && mkdir -p sub && echo one > sub/file && git add . && git commit -qm one && git tag v1 && echo two > sub/file && git commit -qam two");
        using var daemon = new System.Diagnostics.Process
        {
            StartInfo = new("git", ["daemon", "--export-all", $"--base-path={work}", "--listen=127.0.0.1", $"--port={port}", "--reuseaddr"]) { RedirectStandardError = true },
        };
        daemon.Start();
        try
        {
            await git.ShellAsync($"until git ls-remote git://127.0.0.1:{port}/project >/dev/null 2>&1; do :; done");
            var context = world.NewContext(
                "Dockerfile",
                $"FROM busybox\nADD git://127.0.0.1:{port}/project#v1:sub /old/\nADD git://127.0.0.1:{port}/project /new/\nADD --keep-git-dir=true git://127.0.0.1:{port}/project /kept/\n");
            await slipway.RunAsync("build", "-t", "from-git", context);
            Assert.Equal(
                "one\ntwo\nno\nyes\n",
                (await slipway.RunAsync("run", "from-git", "sh", "-c", "cat /old/file /new/sub/file; test -d /new/.git && echo yes || echo no; test -d /kept/.git && echo yes || echo no")).Out);
        }
        finally
        {
            daemon.Kill(entireProcessTree: true);
        }
    }
}
