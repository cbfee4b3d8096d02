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

    // A base image whose only archive is this one; the same bytes in each store.
    private async Task<Cli> WithBaseAsync(Cli slipway)
    {
        string recipe = $"FROM debian:stable-slim\nRUN rm -rf /etc/apt/sources.list* && echo '{archive.Source}' >/etc/apt/sources.list && echo 'Acquire::http::Proxy::127.0.0.1 \"DIRECT\";' >/etc/apt/apt.conf.d/99here\n";
        await slipway.RunAsync("build", "-q", "-t", tag, world.NewContext("Dockerfile", recipe));
        return slipway;
    }
}
