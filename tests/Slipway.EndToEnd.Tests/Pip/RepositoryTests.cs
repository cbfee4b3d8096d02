using System.Text.Json;
using Slipway.EndToEnd.Tests.Remote;

namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>Requirements that name a repository of git.</summary>
public sealed class RepositoryTests(World world)
{
    [Fact]
    public async Task A_commit_is_locked_built_and_installed_with_where_it_came_from()
    {
        using var pip = await PipWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        pip.Write("requirements.in", $"mine @ git+{git.Url()}@main\nlower @ git+{git.Url()}@v1#subdirectory=below/lower\n");
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index);
        string commit = await git.HeadAsync(), file = pip.Read("pylock.toml");
        Assert.Contains($"commit-id = \"{commit}\"", file, StringComparison.Ordinal);
        Assert.Contains("requested-revision = \"main\"", file, StringComparison.Ordinal);
        Assert.Contains("subdirectory = \"below/lower\"", file, StringComparison.Ordinal);
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index, "-r", "requirements.in", "-o", "requirements.txt");
        Assert.Contains($"mine @ git+{git.Url()}@{commit}\n", pip.Read("requirements.txt"), StringComparison.Ordinal);

        await git.CommitAsync("second");
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--target", "env", "-r", "pylock.toml");
        Assert.Equal("first\nlower\n", (await pip.RunAsync("/usr/bin/env", "PYTHONPATH=env", "/usr/bin/python3", "-c", "import mine, lower")).Out);
        using var direct = JsonDocument.Parse(pip.Read("env/mine-1.0.dist-info/direct_url.json"));
        Assert.Equal(commit, direct.RootElement.GetProperty("vcs_info").GetProperty("commit_id").GetString());

        git.Dispose();
        pip.Dispose();
        await pip.Slipway.RunAsync("--offline", "pip", "install", "-q", "-i", pip.Index, "--target", "again", "-r", "pylock.toml");
        Assert.True(File.Exists(pip.PathOf("again/mine.py")));
    }

    [Fact]
    public async Task A_login_in_an_address_is_used_and_goes_nowhere_else()
    {
        using var pip = await PipWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        git.Login = "reader:s3cret";
        pip.Write("requirements.in", $"-e git+{git.Url("reader:s3cret")}#egg=mine\n");
        Outcome locked = await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index);
        Outcome installed = await pip.Slipway.RunAsync("pip", "install", "-i", pip.Index, "--target", "env", "-r", "requirements.in");
        Assert.DoesNotContain("s3cret", locked.Error + installed.Error + installed.Out + pip.Read("pylock.toml") + pip.Read("env/mine-1.0.dist-info/direct_url.json"), StringComparison.Ordinal);
        Outcome stored = await pip.RunAsync("/bin/sh", "-c", $"grep -rlF s3cret '{pip.Slipway.Store}' || true");
        Assert.Equal("", stored.Out);
        Outcome refused = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, $"mine @ git+{git.Url("reader:wr0ng")}", "-o", "-");
        Assert.Contains("git ls-remote", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_over_ssh_is_reached_with_the_users_own_ssh_and_its_user_is_no_secret()
    {
        using var pip = await PipWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        Cli slipway = pip.Slipway with { Variables = new Dictionary<string, string?>(pip.Slipway.Variables) { ["GIT_SSH_COMMAND"] = await git.SshAsync() } };
        pip.Write(
            "pyproject.toml",
            $"[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"mine\", \"lower\"]\n[tool.uv.sources]\nmine = {{ git = \"{git.SshUrl}\", branch = \"main\" }}\nlower = {{ git = \"{git.Url()}\", tag = \"v1\", subdirectory = \"below/lower\" }}\n");
        await slipway.RunAsync("pip", "lock", "-i", pip.Index);
        string commit = await git.HeadAsync(), file = pip.Read("pylock.toml");
        Assert.Contains($"url = \"{git.SshUrl}\"", file, StringComparison.Ordinal);
        Assert.Contains($"commit-id = \"{commit}\"", file, StringComparison.Ordinal);
        Assert.Contains("subdirectory = \"below/lower\"", file, StringComparison.Ordinal);
        Assert.Contains("git@git.example git-upload-pack", git.SshCalls, StringComparison.Ordinal);
        await slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--target", "env", "-r", "pylock.toml");
        Assert.Equal("first\nlower\n", (await pip.RunAsync("/usr/bin/env", "PYTHONPATH=env", "/usr/bin/python3", "-c", "import mine, lower")).Out);
        Assert.Contains(git.SshUrl, pip.Read("env/mine-1.0.dist-info/direct_url.json"), StringComparison.Ordinal);
        await slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--target", "again", $"git+{git.SshUrl}@{commit}");
        Assert.True(File.Exists(pip.PathOf("again/mine.py")));
    }

    [Fact]
    public async Task A_project_in_a_folder_of_an_archive_is_built_locked_and_installed()
    {
        using var pip = await PipWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        pip.Write("requirements.in", $"lower @ {await git.ArchiveAsync()}#subdirectory=below/lower\n");
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index);
        Assert.Contains("subdirectory = \"below/lower\"", pip.Read("pylock.toml"), StringComparison.Ordinal);
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--target", "env", "-r", "pylock.toml");
        Assert.Equal("lower\n", (await pip.RunAsync("/usr/bin/env", "PYTHONPATH=env", "/usr/bin/python3", "-c", "import lower")).Out);
        Assert.Contains("\"subdirectory\":\"below/lower\"", pip.Read("env/lower-2.0.dist-info/direct_url.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_repository_is_told()
    {
        using var pip = await PipWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        Outcome revision = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, $"mine @ git+{git.FileUrl}@mian");
        Assert.Contains("has no branch, tag or commit mian", revision.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean main?", revision.Error, StringComparison.Ordinal);
        Outcome folder = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, $"mine @ git+{git.FileUrl}#subdirectory=nowhere");
        Assert.Contains("neither pyproject.toml nor setup.py in 'nowhere'", folder.Error, StringComparison.Ordinal);
        Outcome host = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "mine @ git+http://127.0.0.1:9/x.git");
        Assert.Contains("git ls-remote of http://127.0.0.1:9/x.git failed", host.Error, StringComparison.Ordinal);
        Outcome name = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, $"other @ git+{git.FileUrl}");
        Assert.Contains("is mine, and other was expected there", name.Error, StringComparison.Ordinal);
        Outcome system = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "mine @ hg+http://127.0.0.1:9/x");
        Assert.Contains("git+https://", system.Error, StringComparison.Ordinal);
    }
}
