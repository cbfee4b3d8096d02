using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>What a person hears when something is wrong, and that nothing of it is left.</summary>
public sealed class BadInputTests(World world)
{
    [Fact]
    public async Task Mistakes_in_a_file_are_told_all_at_once_with_their_places()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("requirements.txt", "numpy >=\n--indx-url http://x/\nflask==2.2.2 --hash=md5:0\n-r other.txt\n");
        var outcome = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index);
        foreach (string expected in (string[])["requirements.txt:1:", "requirements.txt:2:", "requirements.txt:3:", "requirements.txt:4:", "other.txt"])
        {
            Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(pip.PathOf("pylock.toml")));
    }

    [Fact]
    public async Task A_hash_that_is_missing_or_wrong_stops_everything()
    {
        using var pip = await PipWorld.StartAsync(world);
        string good = await HashAsync("click-8.1.8-py3-none-any.whl");
        pip.Write("a.txt", $"click==8.1.8 --hash=sha256:{good}\nsix==1.17.0\n");
        Assert.Contains("a.txt:2:", (await pip.Slipway.RunAsync(1, "pip", "install", "-i", pip.Index, "-r", "a.txt", "--target", "env")).Error, StringComparison.Ordinal);
        pip.Write("b.txt", $"click==8.1.8 --hash=sha256:{new string('0', 64)}\n");
        Assert.Contains("has one of the hashes", (await pip.Slipway.RunAsync(1, "pip", "install", "-i", pip.Index, "-r", "b.txt", "--target", "env")).Error, StringComparison.Ordinal);
        pip.Write("c.txt", $"jinja2==3.1.6 --hash=sha256:{await HashAsync("jinja2-3.1.6-py3-none-any.whl")}\n");
        Assert.Contains("markupsafe 2.1.2 is needed by jinja2", (await pip.Slipway.RunAsync(1, "pip", "install", "-i", pip.Index, "-r", "c.txt", "--target", "env")).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(pip.PathOf("env")));
        pip.Write("d.txt", $"click==8.1.8 --hash=sha256:{good}\n");
        await pip.Slipway.RunAsync("pip", "install", "-i", pip.Index, "-r", "d.txt", "--target", "env");
    }

    [Fact]
    public async Task What_would_help_was_tried_and_is_named()
    {
        using var pip = await PipWorld.StartAsync(world);
        Outcome versions = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "flask==3.1.1", "werkzeug<3");
        Assert.Contains("there is a solution with werkzeug 3.", versions.Error, StringComparison.Ordinal);
        Assert.Contains("instead of werkzeug<3", versions.Error, StringComparison.Ordinal);
        Outcome python = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "numpy", "--python", "3.12");
        Assert.Contains("there is a solution for Python 3.13", python.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("there is a solution", (await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "no-such-project")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wheel_for_another_Python_or_C_library_is_told_with_the_tags_there_are()
    {
        using var pip = await PipWorld.StartAsync(world);
        var python = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "numpy>=2");
        Assert.Contains("CPython 3.11", python.Error, StringComparison.Ordinal);
        Assert.Contains("cp313", python.Error, StringComparison.Ordinal);
        var musl = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "scipy", "--platform", "linux/arm64");
        Assert.Contains("aarch64", musl.Error, StringComparison.Ordinal);
        Assert.Contains("x86_64", musl.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Impossible_requirements_are_explained_by_the_versions_there_are()
    {
        using var pip = await PipWorld.StartAsync(world);
        var outcome = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "fastapi==0.92.0");
        Assert.Contains("fastapi 0.92.0 needs starlette<0.26.0,>=0.25.0", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("0.26.1", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("starlette", (await pip.Slipway.RunAsync(1, "pip", "explain", "-i", pip.Index, "fastapi==0.92.0")).Out, StringComparison.Ordinal);
        Assert.Contains("there is no such package", (await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "nunpy")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name", "says of itself that it is good")]
    [InlineData("record", "wheel-record")]
    [InlineData("climb", "hostile-wheel")]
    [InlineData("twice", "hostile-wheel")]
    [InlineData("trailing", "is no ZIP archive")]
    public async Task A_wheel_that_lies_is_refused_and_leaves_nothing(string lie, string code)
    {
        using var pip = await PipWorld.StartAsync(world);
        Directory.CreateDirectory(pip.PathOf("wheels"));
        File.WriteAllBytes(pip.PathOf("wheels/evil-1.0-py3-none-any.whl"), EvilWheel(lie));
        var outcome = await pip.Slipway.RunAsync(1, "pip", "install", "--no-index", "-f", "wheels", "--target", "env", "evil");
        Assert.Contains(code, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("evil-1.0-py3-none-any.whl", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(pip.PathOf("env")));
        Assert.False(File.Exists(pip.PathOf("climbed")));
    }

    [Fact]
    public async Task A_RECORD_that_is_wrong_can_be_healed_when_that_is_asked_for()
    {
        using var pip = await PipWorld.StartAsync(world);
        Directory.CreateDirectory(pip.PathOf("wheels"));
        File.WriteAllBytes(pip.PathOf("wheels/evil-1.0-py3-none-any.whl"), EvilWheel("record"));
        var outcome = await pip.Slipway.RunAsync("pip", "install", "--no-index", "-f", "wheels", "--target", "env", "--heal", "evil");
        Assert.Contains("healed", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("evil.py,sha256=", pip.Read("env/evil-1.0.dist-info/RECORD"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_left_alone()
    {
        using var pip = await PipWorld.StartAsync(world);
        Directory.CreateDirectory(pip.PathOf("env"));
        pip.Write("env/mine", "x");
        Assert.Contains("not empty", (await pip.Slipway.RunAsync(1, "pip", "install", "-i", pip.Index, "six", "--target", "env")).Error, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(pip.PathOf("env")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("pip", "lock")]
    [InlineData("pip", "install", "six")]
    [InlineData("pip", "install", "six", "--target", "a", "--prefix", "b")]
    [InlineData("pip", "lock", "--exclude-newer", "yesterday", "six")]
    [InlineData("pip", "lock", "--platform", "amiga", "six")]
    [InlineData("pip", "lock", "--python", "2.7", "six")]
    [InlineData("pip", "lock", "-o", "lock.json", "six")]
    [InlineData("pip", "lock", "--extra", "x", "six")]
    [InlineData("pip", "lock", "--glibc", "2.28", "--musl", "1.2", "six")]
    [InlineData("pip", "lock", "requirements.txt")]
    [InlineData("pip", "install", "./pyproject.toml", "--target", "a")]
    [InlineData("pip", "tree", "uv.lock")]
    [InlineData("pip", "explain", "environment.yml")]
    public async Task A_wrong_command_line_ends_with_2(params string[] arguments)
    {
        using var pip = await PipWorld.StartAsync(world);
        Assert.Contains("error:", (await pip.Slipway.RunAsync(2, arguments)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_place_of_a_package_is_told_with_the_flag_that_was_meant()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("Pipfile", "");
        Assert.Contains("did you mean -r requirements.txt?", (await pip.Slipway.RunAsync(2, "pip", "lock", "requirements.txt")).Error, StringComparison.Ordinal);
        Assert.Contains("did you mean -r Pipfile?", (await pip.Slipway.RunAsync(2, "pip", "lock", "Pipfile")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_a_constraint_is_told_at_its_line()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("limits.txt", "six<2\nrequests[socks]<3\n./project\n");
        Directory.CreateDirectory(pip.PathOf("project"));
        pip.Write("project/pyproject.toml", "");
        var outcome = await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Index, "six", "-c", "limits.txt");
        Assert.Contains("limits.txt:2:", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("limits.txt:3:", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("it has extras", outcome.Error, StringComparison.Ordinal);
    }

    private static async Task<string> HashAsync(string file) =>
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(await World.PythonIndexAsync(), "files", file), TestContext.Current.CancellationToken)));

    private static byte[] EvilWheel(string lie)
    {
        string folder = "evil-1.0.dist-info";
        List<(string Name, string Text)> files =
        [
            ("evil.py", "x = 1\n"),
            ($"{folder}/METADATA", $"Metadata-Version: 2.1\nName: {(lie == "name" ? "good" : "evil")}\nVersion: 1.0\n"),
            ($"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        ];
        if (lie == "climb")
        {
            files.Insert(0, ("../climbed", "x"));
        }

        if (lie == "twice")
        {
            files.Insert(0, ("evil.py", "x = 1\n"));
        }

        string record = string.Concat(files.Select(f => $"{f.Name},sha256={Hash(lie == "record" && f.Name == "evil.py" ? "other" : f.Text)},{f.Text.Length}\n")) + $"{folder}/RECORD,,\n";
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string text) in files.Append(($"{folder}/RECORD", record)))
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        if (lie == "trailing")
        {
            bytes.Write("and more"u8);
        }

        return bytes.ToArray();
    }

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
