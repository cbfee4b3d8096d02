using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Slipway.EndToEnd.Tests.Invariants;

namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>Environments that are there and get more, and modules that are compiled.</summary>
public sealed class PrefixTests(World world)
{
    private const string Modules = "env/lib/python3.11/site-packages";

    [Fact]
    public async Task What_is_there_counts_and_another_version_is_replaced_as_pip_would_do_it()
    {
        using var pip = await PipWorld.StartAsync(world);
        await TheirsAsync(pip, "click==8.1.3", "tqdm==4.64.1", "jinja2");
        Directory.CreateDirectory(pip.PathOf(Modules + "/click/__pycache__"));
        pip.Write(Modules + "/click/__pycache__/core.cpython-311.pyc", "made by running");
        string[] install = ["pip", "install", "-i", pip.Index, "--prefix", "env"];
        Assert.Contains("1 packages", (await pip.Slipway.RunAsync([.. install, "click", "tqdm", "six"])).Error, StringComparison.Ordinal);
        Assert.Contains("click==8.1.3", await FreezeAsync(pip), StringComparison.Ordinal);
        Assert.Contains("six==1.17.0", await FreezeAsync(pip), StringComparison.Ordinal);
        Assert.Contains("there already", (await pip.Slipway.RunAsync([.. install, "click", "six"])).Error, StringComparison.Ordinal);

        await pip.Slipway.RunAsync([.. install, "click>=8.1.8"]);
        Assert.False(Directory.Exists(pip.PathOf(Modules + "/click-8.1.3.dist-info")));
        Assert.False(File.Exists(pip.PathOf(Modules + "/click/__pycache__/core.cpython-311.pyc")));
        await pip.Slipway.RunAsync([.. install, "-U", "tqdm"]);
        Assert.Contains("tqdm==4.67.1", await FreezeAsync(pip), StringComparison.Ordinal);
        await pip.PipAsync("--python", pip.PathOf("env/bin/python"), "check");
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(pip.PathOf("env")), f => Path.GetFileName(f).StartsWith(".slipway", StringComparison.Ordinal));
        await pip.PipAsync("--python", pip.PathOf("env/bin/python"), "uninstall", "-q", "-y", "click", "tqdm");
        Assert.False(Directory.Exists(pip.PathOf(Modules + "/tqdm")));
    }

    [Fact]
    public async Task What_stays_and_would_not_go_with_what_comes_is_told()
    {
        using var pip = await PipWorld.StartAsync(world);
        await TheirsAsync(pip, "flask==3.1.1");
        var dry = await pip.Slipway.RunAsync("pip", "install", "-i", pip.Index, "--prefix", "env", "--dry-run", "werkzeug<3");
        Assert.Contains("flask 3.1.1, which is there, needs", dry.Error, StringComparison.Ordinal);
        Assert.Contains("werkzeug-2.2.2", dry.Out, StringComparison.Ordinal);
        await pip.Slipway.RunAsync(1, "pip", "install", "-i", pip.Index, "--prefix", "env", "--dry-run", "werkzeug<3", "flask==3.1.1");
    }

    [Fact]
    public async Task A_failure_leaves_the_environment_as_it_was()
    {
        using var pip = await PipWorld.StartAsync(world);
        await TheirsAsync(pip, "click==8.1.3");
        Directory.CreateDirectory(pip.PathOf(Modules + "/six.py/mine")); // where a file would have to go
        string before = await DigestAsync(pip);
        string[] install = ["pip", "install", "-q", "-i", pip.Index, "--prefix", "env"];
        Assert.Contains("six.py", (await pip.Slipway.RunAsync(1, [.. install, "click>=8.1.8", "six"])).Error, StringComparison.Ordinal);
        Assert.Equal(before, await DigestAsync(pip));
        await pip.Slipway.RunAsync(1, [.. install, "click>=9"]);
        Directory.CreateDirectory(pip.PathOf("wheels"));
        File.WriteAllBytes(pip.PathOf("wheels/thief-1.0-py3-none-any.whl"), Wheel("thief", ("click/core.py", "stolen\n")));
        Assert.Contains("belongs to click 8.1.3", (await pip.Slipway.RunAsync(1, [.. install, "-f", "wheels", "thief"])).Error, StringComparison.Ordinal);
        Assert.Equal(before, await DigestAsync(pip));
    }

    [Fact]
    public async Task A_distribution_that_cannot_be_removed_is_told_before_anything_is_downloaded()
    {
        using var pip = await PipWorld.StartAsync(world);
        await TheirsAsync(pip, "click==8.1.3");
        string[] install = ["pip", "install", "-q", "-i", pip.Index, "--prefix", "env", "click>=8.1.8"];
        string record = pip.Read(Modules + "/click-8.1.3.dist-info/RECORD");
        pip.Write(Modules + "/click-8.1.3.dist-info/RECORD", record + "../../../../precious,,\n");
        pip.Write("precious", "x");
        await pip.AskedAsync();
        Assert.Contains("outside of the environment", (await pip.Slipway.RunAsync(1, install)).Error, StringComparison.Ordinal);
        File.Delete(pip.PathOf(Modules + "/click-8.1.3.dist-info/RECORD"));
        Assert.Contains("does not say which files", (await pip.Slipway.RunAsync(1, install)).Error, StringComparison.Ordinal);
        Assert.DoesNotContain(await pip.AskedAsync(), line => line.Contains(".whl ", StringComparison.Ordinal));
        Assert.True(File.Exists(pip.PathOf("precious")));
    }

    [Fact]
    public async Task A_Python_that_its_distribution_manages_is_left_alone()
    {
        using var pip = await PipWorld.StartAsync(world);
        if (!File.Exists("/usr/lib/python3.11/EXTERNALLY-MANAGED"))
        {
            Assert.Skip("the machine's Python is not managed by its distribution");
        }

        var refused = await pip.Slipway.RunAsync(1, "pip", "install", "-i", pip.Index, "--prefix", "/usr", "six");
        Assert.Contains("--break-system-packages", refused.Error, StringComparison.Ordinal);
        Assert.Contains("virtual environment", refused.Error, StringComparison.Ordinal);
        Assert.Empty(await pip.AskedAsync());
    }

    [Fact]
    public async Task Into_a_Python_that_its_distribution_manages_packages_go_where_pip_puts_them_if_that_is_asked_for()
    {
        using var pip = await PipWorld.StartAsync(world);
        Assert.SkipUnless(File.Exists("/usr/lib/python3.11/EXTERNALLY-MANAGED"), "the machine's Python is not managed by its distribution");

        // The machine's /usr/local is covered by another one, which goes with the shell.
        string script = $"mount -t tmpfs none /usr/local && \"{pip.Slipway.Program}\" pip install -q -i {pip.Index} --prefix /usr --break-system-packages click==8.1.3 flask"
            + " && /usr/bin/python3 -c 'import click, flask; print(click.__file__)' && ls /usr/local/bin && /usr/bin/python3 -m pip list --format freeze --path /usr/local/lib/python3.11/dist-packages";
        var shell = new Command("/usr/bin/unshare", "--map-root-user", "--mount", "/bin/sh", "-c", script) { Folder = pip.Folder, Variables = new Dictionary<string, string?>(pip.Slipway.Variables) { ["SLIPWAY_HOME"] = pip.Slipway.Store } };
        Outcome done = await shell.RunAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(done.Error.Contains("unshare failed", StringComparison.Ordinal), "this machine has no namespaces for its users");
        string said = done.Expect(0).Out;
        Assert.StartsWith("/usr/local\n/usr/local/lib/python3.11/dist-packages/click/__init__.py\nflask\n", said, StringComparison.Ordinal);
        Assert.Contains("click==8.1.3", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists("/usr/local/lib/python3.11/dist-packages/click"));
    }

    [Fact]
    public async Task Compiled_modules_are_the_same_bytes_each_time_and_are_used()
    {
        using var pip = await PipWorld.StartAsync(world);
        string[] install = ["pip", "install", "-q", "-i", pip.Index, "--prefix", "env", "--pyc", "jinja2"];
        await pip.Slipway.RunAsync(install);
        string first = await DigestAsync(pip);
        string[] compiled = [.. Directory.EnumerateFiles(pip.PathOf(Modules + "/jinja2/__pycache__"), "*.cpython-311.pyc")];
        Assert.NotEmpty(compiled);
        Assert.All(compiled, file => Assert.Equal(1, File.ReadAllBytes(file)[4])); // PEP 552: by hash, not checked
        Assert.Contains("jinja2/__pycache__/environment.cpython-311.pyc,,", pip.Read(Modules + "/jinja2-3.1.6.dist-info/RECORD"), StringComparison.Ordinal);
        Assert.Equal("x", (await pip.RunAsync(pip.PathOf("env/bin/python"), "-c", "import jinja2; print('x')")).Line());
        Directory.Delete(pip.PathOf("env"), recursive: true);
        await pip.Slipway.RunAsync(install);
        Assert.Equal(first, await DigestAsync(pip));

        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--prefix", "env", "--pyc", "six"); // what is added to one that is there, too
        Assert.True(File.Exists(pip.PathOf(Modules + "/__pycache__/six.cpython-311.pyc")));
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--target", "modules", "--pyc", "six");
        Assert.Equal(1, File.ReadAllBytes(pip.PathOf("modules/__pycache__/six.cpython-311.pyc"))[4]);
    }

    [Fact]
    public async Task An_ordinary_user_may_lock_install_compile_and_add()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("becomes an ordinary user: needs root");
        }

        using var pip = await PipWorld.StartAsync(world);
        using var user = await OrdinaryUser.MakeAsync(pip.Slipway.Program, await World.BaseImageAsync("busybox"), Directory.CreateDirectory(pip.PathOf("context")).FullName);
        await user.RunAsync("pip", "lock", "-i", pip.Index, "jinja2", "tabulate");
        string prefix = (await user.RunAsync("pip", "install", "-q", "-i", pip.Index, "-r", "pylock.toml", "--prefix", "env", "--pyc")).Line();
        await user.RunAsync("pip", "install", "-q", "-i", pip.Index, "--prefix", "env", "six");
        Assert.Equal("3.1.6", (await pip.RunAsync($"{prefix}/bin/python", "-c", "import jinja2, six, tabulate; print(jinja2.__version__)")).Line());
        Assert.Equal("", (await pip.RunAsync("/usr/bin/find", prefix, "-not", "-user", "slipway-test")).Out);
        await pip.PipAsync("--python", $"{prefix}/bin/python", "check");
    }

    private static async Task TheirsAsync(PipWorld pip, params string[] requirements)
    {
        await pip.RunAsync("/usr/bin/python3", "-m", "venv", "--without-pip", "env");
        await pip.PipAsync(["--python", pip.PathOf("env/bin/python"), "install", "-q", "--index-url", pip.Index, .. requirements]);
    }

    private static async Task<string> FreezeAsync(PipWorld pip) => (await pip.PipAsync("--python", pip.PathOf("env/bin/python"), "list", "--format", "freeze")).Out.ToLowerInvariant();

    private static async Task<string> DigestAsync(PipWorld pip) =>
        (await pip.RunAsync("/bin/bash", "-c", "cd env && { find . -printf '%P %y %m %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum; } | sha256sum")).Line();

    private static byte[] Wheel(string name, (string Path, string Text) file)
    {
        string folder = $"{name}-1.0.dist-info";
        (string Name, string Text)[] files = [file, ($"{folder}/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"), ($"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")];
        string record = string.Concat(files.Select(f => $"{f.Name},sha256={Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(f.Text))).TrimEnd('=').Replace('+', '-').Replace('/', '_')},{f.Text.Length}\n")) + $"{folder}/RECORD,,\n";
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string path, string text) in files.Append(($"{folder}/RECORD", record)))
            {
                using var writer = new StreamWriter(zip.CreateEntry(path).Open());
                writer.Write(text);
            }
        }

        return bytes.ToArray();
    }
}
