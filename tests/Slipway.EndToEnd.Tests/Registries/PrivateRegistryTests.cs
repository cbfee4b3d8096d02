using Slipway.Testing;

namespace Slipway.EndToEnd.Tests.Registries;

/// <summary>Debian's registry with TLS and htpasswd, and images exchanged through it with other programs.</summary>
public sealed class PrivateRegistryTests(World world) : IAsyncLifetime
{
    private const string Password = "s3cret-of-ada:é";
    private readonly TemporaryFolder folder = new();
    private Server registry = null!;
    private string host = "";

    public async ValueTask InitializeAsync()
    {
        registry = await Server.RegistryAsync(Path.Combine(folder.Path, "registry"), TestContext.Current.CancellationToken, "ada", Password);
        host = registry.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var certificates = Directory.CreateDirectory(Path.Combine(folder.Path, "settings", "containers", "certs.d", host));
        File.Copy(Path.Combine(folder.Path, "registry", "ca.crt"), Path.Combine(certificates.FullName, "ca.crt"));
    }

    public ValueTask DisposeAsync()
    {
        registry.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Login_push_pull_run_and_logout()
    {
        var slipway = Slipway("a");
        await BuildAsync(slipway, "one");
        Assert.Contains("slipway login", (await slipway.RunAsync(1, "push", $"{host}/team/one")).Error, StringComparison.Ordinal);
        var wrong = await LoginAsync(slipway, "not-the-password", 1);
        Assert.Contains("login-refused", wrong.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Config));

        Assert.Equal("Login Succeeded", (await LoginAsync(slipway, Password)).Line());
        var push = await slipway.RunAsync("push", $"{host}/team/one");
        var other = Slipway("b");
        var pull = await other.RunAsync("pull", $"{host}/team/one");
        Assert.Equal("one\n", (await other.RunAsync("run", $"{host}/team/one", "cat", "/which")).Out);
        foreach (var shown in (Outcome[])[wrong, push, pull])
        {
            Assert.DoesNotContain("s3cret", shown.Out + shown.Error, StringComparison.Ordinal);
        }

        var find = await new Command("grep", "-rl", "s3cret", slipway.Store, other.Store).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, find.ExitCode);

        await slipway.RunAsync("logout", host);
        Assert.Contains("unauthorized", (await Slipway("c").RunAsync(1, "pull", $"{host}/team/one")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_is_refused_and_SSL_CERT_FILE_vouches()
    {
        var strange = Slipway("a") with { Variables = new Dictionary<string, string?>(Variables) { ["XDG_CONFIG_HOME"] = folder.Path } };
        var refused = await LoginAsync(strange, Password, 1);
        Assert.Contains("registry-tls", refused.Error, StringComparison.Ordinal);
        var told = strange with { Variables = new Dictionary<string, string?>(strange.Variables) { ["SSL_CERT_FILE"] = Authority } };
        await LoginAsync(told, Password);
    }

    [Fact]
    public async Task A_terminal_asks_for_user_and_password_and_shows_no_password()
    {
        var slipway = Slipway("a");
        using var terminal = new TerminalSession($"{slipway.Program} login {host}", folder.Path, Variables);
        await terminal.UntilAsync("Username: ");
        await terminal.TypeAsync("adaa\u007f\n"); // with a letter taken back
        await terminal.UntilAsync("Password: ");
        await terminal.TypeAsync(Password + "\n");
        await terminal.UntilAsync("Login Succeeded");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.DoesNotContain("s3cret", terminal.Shown, StringComparison.Ordinal);
        Assert.True(File.Exists(Config));
    }

    [Fact]
    public async Task An_interrupted_login_gives_the_terminal_back_as_it_was()
    {
        var slipway = Slipway("a");
        using var terminal = new TerminalSession($"trap : INT; stty -a >before; {slipway.Program} login -u ada {host}; echo code $?; stty -a | cmp - before && echo same", folder.Path, Variables);
        await terminal.UntilAsync("Password: ");
        await terminal.TypeAsync("\u0003");
        await terminal.EndAsync();
        Assert.Contains("code 130", terminal.Shown, StringComparison.Ordinal);
        Assert.Contains("same", terminal.Shown, StringComparison.Ordinal);
        Assert.False(File.Exists(Config));
    }

    [Fact]
    public async Task A_login_for_a_path_is_kept_by_a_helper_and_used_below_it_alone()
    {
        var slipway = WithHelper(Slipway("a"));
        await LoginAsync(slipway, Password, 0, $"{host}/team");
        Assert.Contains($"{host}/team", await File.ReadAllTextAsync(Config, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await BuildAsync(slipway, "mine");
        await slipway.RunAsync("push", $"{host}/team/mine");
        Assert.Contains("unauthorized", (await slipway.RunAsync(1, "pull", $"{host}/other/mine")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_helper_keeps_the_login()
    {
        var slipway = WithHelper(Slipway("a"));
        await LoginAsync(slipway, Password);
        Assert.DoesNotContain("auth\"", await File.ReadAllTextAsync(Config, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await BuildAsync(slipway, "helped");
        await slipway.RunAsync("push", $"{host}/team/helped");
        await slipway.RunAsync("logout", host);
        Assert.False(File.Exists(Path.Combine(folder.Path, "helpers", "kept")));
    }

    [Fact]
    public async Task Skopeo_and_this_program_read_each_others_images_and_logins()
    {
        var slipway = Slipway("a");
        await LoginAsync(slipway, Password);
        await BuildAsync(slipway, "ours");
        await slipway.RunAsync("push", $"{host}/team/ours");
        await ToolAsync("skopeo", "copy", "--src-authfile", Config, "--dest-authfile", Config, "--src-cert-dir", CertificateFolder, "--dest-cert-dir", CertificateFolder,
            $"docker://{host}/team/ours:latest", $"docker://{host}/team/theirs:latest");
        await ToolAsync("skopeo", "copy", "--authfile", Config, "--src-cert-dir", CertificateFolder, $"docker://{host}/team/ours:latest", $"oci:{folder.Path}/layout:x");
        await ToolAsync("skopeo", "copy", "--format", "v2s2", "--authfile", Config, "--dest-cert-dir", CertificateFolder, $"oci:{folder.Path}/layout:x", $"docker://{host}/team/schema2:latest");
        foreach (var name in (string[])["theirs", "schema2"])
        {
            Assert.Equal("ours\n", (await Slipway("b").RunAsync("run", $"{host}/team/{name}", "cat", "/which")).Out);
        }
    }

    [Fact]
    public async Task Podman_pulls_our_image_and_what_it_pushes_runs_here()
    {
        var slipway = Slipway("a");
        await LoginAsync(slipway, Password);
        await BuildAsync(slipway, "ours");
        await slipway.RunAsync("push", $"{host}/team/ours");
        string[] podman = ["--root", $"{folder.Path}/podman", "--runroot", $"{folder.Path}/podman-run", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"];
        await ToolAsync("podman", [.. podman, "pull", "--authfile", Config, "--cert-dir", CertificateFolder, $"{host}/team/ours"]);
        await ToolAsync("podman", [.. podman, "tag", $"{host}/team/ours", $"{host}/team/podman"]);
        await ToolAsync("podman", [.. podman, "push", "--authfile", Config, "--cert-dir", CertificateFolder, $"{host}/team/podman"]);
        Assert.Equal("ours\n", (await Slipway("b").RunAsync("run", $"{host}/team/podman", "cat", "/which")).Out);
    }

    private string Config => Path.Combine(folder.Path, "config.json");

    private string Authority => Path.Combine(folder.Path, "registry", "ca.crt");

    private string CertificateFolder => Path.Combine(folder.Path, "settings", "containers", "certs.d", host);

    private Dictionary<string, string?> Variables => new()
    {
        ["DOCKER_CONFIG"] = folder.Path,
        ["REGISTRY_AUTH_FILE"] = null,
        ["XDG_RUNTIME_DIR"] = null,
        ["XDG_CONFIG_HOME"] = Path.Combine(folder.Path, "settings"),
    };

    private Cli Slipway(string store) => world.Slipway with { Store = Path.Combine(folder.Path, store), Variables = Variables };

    /// <summary>The program with a credential helper that keeps one login, for the server it was kept for.</summary>
    private Cli WithHelper(Cli slipway)
    {
        var helpers = Directory.CreateDirectory(Path.Combine(folder.Path, "helpers")).FullName;
        var helper = Path.Combine(helpers, "docker-credential-test");
        File.WriteAllText(helper, $$"""
            #!/bin/sh
            cd '{{helpers}}' && case $1 in
              store) cat >kept ;;
              get) read -r server; grep -s "\"$server\"" kept || { echo credentials not found in native keychain; exit 1; } ;;
              erase) rm -f kept ;;
            esac
            """);
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Config, """{"credsStore":"test"}""");
        return slipway with { Variables = new Dictionary<string, string?>(Variables) { ["PATH"] = $"{helpers}:{Environment.GetEnvironmentVariable("PATH")}" } };
    }

    private async Task<Outcome> LoginAsync(Cli slipway, string password, int exitCode = 0, string? server = null) =>
        (await (slipway.Command("login", "-u", "ada", "--password-stdin", server ?? host) with { Input = password + "\n" })
            .RunAsync(TestContext.Current.CancellationToken)).Expect(exitCode);

    private async Task BuildAsync(Cli slipway, string name)
    {
        var busybox = Path.Combine(folder.Path, "busybox");
        if (!File.Exists(busybox))
        {
            File.Copy("/bin/busybox", busybox);
        }

        var context = Directory.CreateDirectory(Path.Combine(folder.Path, "context-" + name)).FullName;
        File.Copy(busybox, Path.Combine(context, "busybox"), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(context, "which"), name + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), "FROM scratch\nCOPY busybox /bin/cat\nCOPY which /which\nENV PATH=/bin\n", TestContext.Current.CancellationToken);
        await slipway.RunAsync("build", "-t", $"{host}/team/{name}", context);
    }

    private static async Task ToolAsync(string program, params string[] arguments) =>
        (await new Command(program, arguments).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
}
