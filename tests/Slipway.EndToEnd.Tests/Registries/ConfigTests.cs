using Slipway.Testing;

namespace Slipway.EndToEnd.Tests.Registries;

/// <summary>Mirrors, other locations and blocked registries of a file of settings, against two real registries.</summary>
public sealed class ConfigTests(World world) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private Server origin = null!, mirror = null!;
    private int stores;

    public async ValueTask InitializeAsync()
    {
        origin = await Server.RegistryAsync(folder["origin"], TestContext.Current.CancellationToken);
        mirror = await Server.RegistryAsync(folder["mirror"], TestContext.Current.CancellationToken);
        var slipway = Slipway("");
        var context = Directory.CreateDirectory(folder["context"]).FullName;
        File.Copy("/bin/busybox", Path.Combine(context, "busybox"));
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), "FROM scratch\nCOPY busybox /bin/cat\nCOPY Dockerfile /recipe\nENV PATH=/bin\n", TestContext.Current.CancellationToken);
        await slipway.RunAsync("build", "-t", $"{origin.Address}/team/one", "-t", $"{mirror.Address}/copies/team/one", context);
        await slipway.RunAsync("push", $"{origin.Address}/team/one");
        await slipway.RunAsync("push", $"{mirror.Address}/copies/team/one");
    }

    public ValueTask DisposeAsync()
    {
        origin.Dispose();
        mirror.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_mirror_that_has_all_serves_a_registry_that_does_not_run()
    {
        var slipway = Slipway(Mirrored());
        origin.Dispose();
        var pull = await slipway.RunAsync("pull", $"{origin.Address}/team/one");
        Assert.DoesNotContain("warning", pull.Error, StringComparison.Ordinal);
        Assert.Equal($"{origin.Address}/team/one:latest\n", pull.Out);
        Assert.Contains("FROM scratch", (await slipway.RunAsync("run", $"{origin.Address}/team/one", "cat", "/recipe")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain(mirror.Address, (await slipway.RunAsync("images")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_of_docker_hub_comes_from_a_mirror()
    {
        var slipway = Slipway($"registries:\n  docker.io/library: {{ mirrors: [ {mirror.Address}/copies/team ] }}\n  docker.io: {{ blocked: true }}\n");
        var context = world.NewContext("Dockerfile", "FROM one\nCOPY Dockerfile /second\n");
        await slipway.RunAsync("build", "-t", "built", context);
        Assert.Contains("FROM one", (await slipway.RunAsync("run", "built", "cat", "/second")).Out, StringComparison.Ordinal);
        Assert.Contains("is blocked by", (await slipway.RunAsync(1, "pull", "ada/one")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pull")]
    [InlineData("build")]
    public async Task A_dead_mirror_is_told_with_its_line_and_the_origin_serves(string verb)
    {
        var slipway = Slipway(Mirrored());
        mirror.Dispose();
        var context = world.NewContext("Dockerfile", $"FROM {origin.Address}/team/one\nCOPY Dockerfile /second\n");
        var done = verb == "pull" ? await slipway.RunAsync("pull", $"{origin.Address}/team/one") : await slipway.RunAsync("build", "--progress", "plain", context);
        Assert.Contains($"{Config(slipway)}:3:", done.Error, StringComparison.Ordinal);
        Assert.Equal(2, done.Error.Split("[mirror-failed]").Length);
        Assert.Contains("cannot be reached", done.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_mirror_lacks_or_has_wrong_comes_from_the_origin(bool wrong)
    {
        foreach (var blob in Directory.GetFiles(folder["mirror/blobs"], "data", SearchOption.AllDirectories).Where(blob => new FileInfo(blob).Length > 10_000))
        {
            if (wrong)
            {
                await File.WriteAllBytesAsync(blob, new byte[new FileInfo(blob).Length], TestContext.Current.CancellationToken);
            }
            else
            {
                File.Delete(blob);
            }
        }

        var slipway = Slipway(Mirrored());
        var pull = await slipway.RunAsync("pull", $"{origin.Address}/team/one");
        Assert.Equal(wrong, pull.Error.Contains("wrong bytes", StringComparison.Ordinal));
        Assert.Contains("FROM scratch", (await slipway.RunAsync("run", $"{origin.Address}/team/one", "cat", "/recipe")).Out, StringComparison.Ordinal);
        await slipway.RunAsync("system", "check");
    }

    [Fact]
    public async Task A_mirror_in_plain_HTTP_must_be_called_insecure()
    {
        // The registry is its own proxy, so that it can have a name that is not this machine's.
        var proxy = new Dictionary<string, string?> { ["http_proxy"] = $"http://{mirror.Address}", ["https_proxy"] = $"http://{mirror.Address}", ["no_proxy"] = null };
        var strict = await With(Slipway(Mirrored("location: mirror.test/copies")), proxy).RunAsync("pull", $"{origin.Address}/team/one");
        Assert.Contains("[mirror-failed]", strict.Error, StringComparison.Ordinal);
        var allowed = With(Slipway(Mirrored("location: mirror.test/copies, insecure: true")), proxy);
        origin.Dispose();
        await allowed.RunAsync("pull", $"{origin.Address}/team/one");
    }

    [Fact]
    public async Task A_push_goes_to_the_origin_alone_at_its_location()
    {
        var slipway = Slipway($"registries:\n  corp.test:\n    location: {origin.Address}/real\n    mirrors: [ {mirror.Address}/copies ]\n");
        await slipway.RunAsync("build", "-t", "corp.test/team/two", folder["context"]);
        await slipway.RunAsync("push", "corp.test/team/two");
        await Slipway("").RunAsync("pull", $"{origin.Address}/real/team/two");
        Assert.Contains("no-such-image", (await Slipway("").RunAsync(1, "pull", $"{mirror.Address}/copies/team/two")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_the_settings_vouches_for_its_registry()
    {
        using var secret = await Server.RegistryAsync(folder["secret"], TestContext.Current.CancellationToken, "ada", "pass-word");
        var host = secret.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var login = new[] { "login", "-u", "ada", "-p", "pass-word", host };
        var strange = await Slipway("").RunAsync(1, login);
        Assert.Contains("registry-tls", strange.Error, StringComparison.Ordinal);
        var slipway = Slipway($"registries:\n  {host}: {{ ca: secret/ca.crt }}\n");
        await slipway.RunAsync(login);
        await slipway.RunAsync("build", "-t", $"{host}/team/two", folder["context"]);
        await slipway.RunAsync("push", $"{host}/team/two");
    }

    [Theory]
    [InlineData("build", ".")]
    [InlineData("pull", "docker.io/library/none")]
    [InlineData("config", "show")]
    [InlineData("config", "check")]
    public async Task Mistakes_in_the_settings_are_told_with_file_and_line(params string[] arguments)
    {
        var slipway = Slipway("registries:\n  docker.io:\n    mirors: [ a.b ]\nstore: { keep: much }\n") with { Folder = folder["context"] };
        var bad = await slipway.RunAsync(1, arguments);
        Assert.Contains($"{Config(slipway)}:3:5: error: 'mirors' is no key of a registry [unknown-key]", bad.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'mirrors'?", bad.Error, StringComparison.Ordinal);
        Assert.Contains($"{Config(slipway)}:4:16: error:", bad.Error, StringComparison.Ordinal);
        await slipway.RunAsync("images");
        await slipway.RunAsync("build", "--help");
    }

    [Fact]
    public async Task The_settings_that_hold_are_shown_and_are_settings_themselves()
    {
        var slipway = Slipway(Mirrored($"location: {mirror.Address}/copies, insecure: true, pull-from: tag-only") + "store: { keep: 20% }\n");
        var shown = (await slipway.RunAsync("config", "show")).Out;
        Assert.Contains($"# {Config(slipway)}:3", shown, StringComparison.Ordinal);
        Assert.Contains("keep: 20%", shown, StringComparison.Ordinal);
        var again = Slipway(shown);
        Assert.Equal(Lines(shown), Lines((await again.RunAsync("config", "show")).Out));
        Assert.Contains("is right", (await slipway.RunAsync("config", "check", Config(again))).Out, StringComparison.Ordinal);
        Assert.Contains("config-unreadable", (await slipway.RunAsync(1, "config", "check", folder["none.yml"])).Error, StringComparison.Ordinal);

        static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Split(" #")[0].TrimEnd()).Where(line => !line.StartsWith('#'));
    }

    [Fact]
    public async Task The_stores_size_is_the_settings_unless_the_flag_says_another()
    {
        var slipway = Slipway("store: { keep: 1k }\n");
        await slipway.RunAsync("build", "-t", "kept", folder["context"]);
        var context = world.NewContext("Dockerfile", "FROM kept\nCOPY Dockerfile /x\n", "big", new string('x', 100_000));
        var unlimited = await slipway.RunAsync("build", "--keep-storage", "off", context);
        Assert.DoesNotContain("the store may have", unlimited.Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(slipway.Store, "space-v1"));
        var limited = await slipway.RunAsync("build", "-t", "kept", folder["context"]);
        Assert.Contains("the store may have 1", limited.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_asks_no_mirror()
    {
        var pull = await Slipway(Mirrored()).RunAsync(1, "pull", "--offline", $"{origin.Address}/team/one");
        Assert.Contains("[offline]", pull.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("mirror", pull.Error, StringComparison.Ordinal);
    }

    private string Mirrored(string? what = null) => $"registries:\n  {origin.Address}:\n    mirrors: [ {{ {what ?? $"location: {mirror.Address}/copies"} }} ]\n";

    private static string Config(Cli slipway) => slipway.Variables["SLIPWAY_CONFIG"]!;

    private static Cli With(Cli slipway, Dictionary<string, string?> variables) =>
        slipway with { Variables = new Dictionary<string, string?>([.. slipway.Variables.Where(own => !variables.ContainsKey(own.Key)), .. variables]) };

    /// <summary>The program with an empty store and these settings.</summary>
    private Cli Slipway(string settings)
    {
        var number = ++stores;
        var config = folder[$"config-{number}.yml"];
        File.WriteAllText(config, settings);
        return world.Slipway with
        {
            Store = folder[$"store-{number}"],
            Variables = new Dictionary<string, string?> { ["SLIPWAY_CONFIG"] = config, ["DOCKER_CONFIG"] = folder.Path, ["XDG_RUNTIME_DIR"] = null, ["REGISTRY_AUTH_FILE"] = null, ["no_proxy"] = "*" },
        };
    }
}
