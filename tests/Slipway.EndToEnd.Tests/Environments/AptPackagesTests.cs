using Slipway.EndToEnd.Tests.Invariants;

namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>Packages of the base system: the archive is asked as little as possible, and what is kept of its answers never decides what is in the image.</summary>
public sealed class AptPackagesTests(World world) : IDisposable
{
    private readonly AptArchive archive = new(world);
    private readonly string tag = $"apt-base-{Guid.NewGuid():N}";

    public void Dispose() => archive.Dispose();

    [Fact]
    public async Task Lists_and_packages_are_fetched_once_for_lock_image_and_the_next_projects()
    {
        string file = await archive.PutAsync("fun", "1.0", "of the archive\n");
        await archive.PutAsync("more", "1:2.0", "more\n");
        Cli slipway = await WithBaseAsync(world.Slipway);
        string first = Project("fun");
        await BuildAsync(slipway, first, "-t", tag + "-first");
        Assert.Equal((1, 1), (archive.ListsSent, archive.Sent(file)));
        Assert.Equal("of the archive\n", (await slipway.RunAsync("run", "--rm", "--network", "none", tag + "-first", "cat", "/usr/share/fun")).Out);

        string second = Project("fun", "more");
        await BuildAsync(slipway, second);
        Assert.Equal((1, 1), (archive.ListsSent, archive.Sent(file)));
        Assert.Equal(["fun", "more"], Locked(second)); // what is here already is locked, too

        await BuildAsync(slipway, first, "--locked", "--no-cache");
        Assert.Equal((1, 1), (archive.ListsSent, archive.Sent(file)));
    }

    [Fact]
    public async Task The_layer_has_the_same_bytes_from_full_empty_old_and_cleaned_caches_and_nothing_of_them_in_it()
    {
        await archive.PutAsync("fun", "1.0", "of the archive\n");
        Cli slipway = await WithBaseAsync(await EmptyStoreAsync());
        string project = Project("fun");
        string id = await BuildAsync(slipway, project, "-t", tag + "-full");
        string left = (await slipway.RunAsync("run", "--rm", "--user", "root", "--network", "none", tag + "-full", "sh", "-c", "ls -A /var/lib/apt/lists /var/cache /var/cache/apt; ls -d /var/log/apt /var/log/dpkg.log /.slipway-apt 2>/dev/null; true")).Out;
        Assert.DoesNotContain("slipway", left, StringComparison.Ordinal);
        Assert.DoesNotContain("log", left, StringComparison.Ordinal);
        Assert.DoesNotContain("Packages", left, StringComparison.Ordinal);
        Assert.DoesNotContain("pkgcache", left, StringComparison.Ordinal);

        Assert.Equal(id, await BuildAsync(slipway, project, "--locked", "--no-cache"));
        await archive.PutAsync("other", "1.0", "new lists\n");
        Assert.Equal(id, await BuildAsync(slipway, project, "--locked", "--no-cache", "--jobs", "1"));
        await slipway.RunAsync("builder", "prune", "--all", "--force");
        Assert.Empty(Directory.GetFiles(Path.Combine(slipway.Store, "cache-v1"), "Packages", SearchOption.AllDirectories));
        Assert.Equal(id, await BuildAsync(slipway, project, "--locked", "--no-cache"));
        Cli other = await WithBaseAsync(await EmptyStoreAsync());
        Assert.Equal(id, await BuildAsync(other, project, "--locked"));
    }

    [Fact]
    public async Task An_ordinary_user_installs_what_root_installs()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "compares what root builds with what an ordinary user builds: needs root");
        await archive.PutAsync("fun", "1.0", "of the archive\n");
        Cli slipway = await WithBaseAsync(world.Slipway);
        string project = Project("fun");
        string id = await BuildAsync(slipway, project);
        await File.WriteAllTextAsync(Path.Combine(project, "Dockerfile"), Recipe("debian:stable-slim"), TestContext.Current.CancellationToken);
        using OrdinaryUser user = await OrdinaryUser.MakeAsync(world.Slipway.Program, await World.BaseImageAsync("debian-slim"), project);
        await user.RunAsync("load", "--quiet", "--input", "image.tar");
        await user.RunAsync("tag", "slipway.test/debian-slim:latest", "debian:stable-slim");
        await user.RunAsync("build", "-q", "-t", tag, "context");
        File.Delete(user.PathOf("context/Dockerfile"));
        File.Delete(user.PathOf("context/slipway.lock"));
        Assert.Equal(id, (await user.RunAsync("build", "-q", "context")).Line());
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(project, "slipway.lock"), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(user.PathOf("context/slipway.lock"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_built_for_the_lock_has_the_packages_of_the_base_system_although_they_are_asked_for_at_the_same_time()
    {
        await archive.PutAsync("fun", "1.0", "six");
        Server index = await Server.PythonIndexAsync(await World.PythonIndexAsync(), TestContext.Current.CancellationToken);
        try
        {
            Cli slipway = await WithBaseAsync(world.Slipway, "python:3.11-slim");
            string project = Project("fun");
            await File.AppendAllTextAsync(Path.Combine(project, "slipway.yml"), $"indexes: ['http://{index.Address}/simple/']\n", TestContext.Current.CancellationToken);
            const string Setup = "from setuptools import setup\nsetup(name='mine', version='1.0', py_modules=[], install_requires=[open('/usr/share/fun').read()])\n";
            await File.WriteAllTextAsync(Path.Combine(project, "setup.py"), Setup, TestContext.Current.CancellationToken);
            await BuildAsync(slipway, project);
            Assert.Subset(Locked(project).ToHashSet(), new HashSet<string> { "fun", "six", "mine" });
            Assert.Equal(1, archive.ListsSent);
        }
        finally
        {
            index.Dispose();
        }
    }

    [Fact]
    public async Task A_package_that_the_archive_has_lost_or_changed_since_the_lists_were_fetched_is_told()
    {
        await archive.PutAsync("fun", "1.0", "of the archive\n");
        Cli slipway = await WithBaseAsync(world.Slipway);
        string project = Project("fun");
        await slipway.RunAsync("lock", project);
        await archive.PutAsync("fun", "1.0", "of another hand\n");
        string changed = (await slipway.RunAsync(1, "build", "--progress", "plain", "--locked", project)).Error;
        Assert.Contains("The archive has other files than the lock says for: fun=1.0", changed, StringComparison.Ordinal);

        project = Project("fun");
        await slipway.RunAsync("lock", project);
        await archive.PutAsync("fun", "1.1", "newer\n");
        string lost = (await slipway.RunAsync(1, "build", "--progress", "plain", "--locked", project)).Error;
        Assert.Contains("The archive no longer has: fun=1.0", lost, StringComparison.Ordinal);
        Assert.Contains("slipway lock --upgrade", lost, StringComparison.Ordinal);
        await slipway.RunAsync("lock", project, "--upgrade");
        await BuildAsync(slipway, project, "--locked");
    }

    [Fact]
    public async Task A_damaged_package_in_the_cache_is_fetched_again_and_never_installed()
    {
        string file = await archive.PutAsync("fun", "1.0", "of the archive\n");
        Cli slipway = await WithBaseAsync(await EmptyStoreAsync());
        string project = Project("fun");
        string id = await BuildAsync(slipway, project);
        string kept = Assert.Single(Directory.GetFiles(Path.Combine(slipway.Store, "cache-v1"), file, SearchOption.AllDirectories));
        string text = await File.ReadAllTextAsync(kept, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(kept, text.Replace("of the archive", "of an intruder"[..14], StringComparison.Ordinal), System.Text.Encoding.Latin1, TestContext.Current.CancellationToken);
        Assert.Equal(id, await BuildAsync(slipway, project, "--locked", "--no-cache"));
        Assert.Equal(2, archive.Sent(file));
    }

    [Fact]
    public async Task Of_a_package_that_apt_does_not_know_and_one_that_no_index_has_the_first_is_told()
    {
        Cli slipway = await WithBaseAsync(world.Slipway);
        string project = Project("no-such-package");
        await File.WriteAllTextAsync(Path.Combine(project, "environment.yml"), $"channels: [{world.NewFolder("channel")}]\ndependencies: [python]\n", TestContext.Current.CancellationToken);
        string said = (await slipway.RunAsync(1, "build", "--progress", "plain", project)).Error;
        Assert.Contains("Unable to locate package no-such-package", said, StringComparison.Ordinal);
        Assert.DoesNotContain("python", said, StringComparison.Ordinal);
    }

    private static async Task<string> BuildAsync(Cli slipway, string project, params string[] arguments) => (await slipway.RunAsync(["build", "-q", .. arguments, project])).Line();

    private static string[] Locked(string project) =>
        [.. File.ReadAllLines(Path.Combine(project, "slipway.lock")).Where(line => line.StartsWith("  - name: ", StringComparison.Ordinal)).Select(line => line["  - name: ".Length..])];

    private string Project(params string[] packages) => world.NewContext("apt.txt", string.Join('\n', packages) + "\n", "slipway.yml", $"base: {tag}\n");

    private async Task<Cli> EmptyStoreAsync()
    {
        Cli other = world.NewStore();
        (await new Command(Repository.PathOf("tests/world/load"), "debian-slim", "--", other.Program, "--root", other.Store).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        return other;
    }

    // Its only archive is this one.
    private string Recipe(string image) =>
        $"FROM {image}\nRUN rm -rf /etc/apt/sources.list* && echo '{archive.Source}' >/etc/apt/sources.list && echo 'Acquire::http::Proxy::127.0.0.1 \"DIRECT\";' >/etc/apt/apt.conf.d/99here\n";

    // The base image has the same bytes in each store.
    private async Task<Cli> WithBaseAsync(Cli slipway, string image = "debian:stable-slim")
    {
        await slipway.RunAsync("build", "-q", "-t", tag, world.NewContext("Dockerfile", Recipe(image)));
        return slipway;
    }
}
