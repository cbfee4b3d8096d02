using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>Every wheel of the world, installed by Debian's pip and by us into the same place: the same files with the same bytes, but for what <see cref="Differs"/> lists.</summary>
public sealed partial class PipComparisonTests(World world)
{
    [Theory]
    [InlineData("2023")]
    [InlineData("2025")]
    public async Task Every_wheel_gives_the_files_that_pip_makes_of_it(string year)
    {
        using var pip = await PipWorld.StartAsync(world);
        string index = await World.PythonIndexAsync();
        using var listing = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(index, "index.json"), TestContext.Current.CancellationToken));
        (string Project, JsonElement File)[] wheels = [.. from project in listing.RootElement.EnumerateObject()
                                                          from file in project.Value.EnumerateArray()
                                                          let name = file.GetProperty("filename").GetString()!
                                                          where WheelOf311().IsMatch(name) && file.GetProperty("upload-time").GetString()!.StartsWith(year, StringComparison.Ordinal)
                                                          select (project.Name, file)];
        Assert.True(wheels.Length > 60, $"only {wheels.Length} wheels");

        await pip.RunAsync("/usr/bin/python3", "-m", "venv", "--without-pip", "env");
        HashSet<string> before = [.. Files(pip.PathOf("env"))];
        await pip.PipAsync(["--python", pip.PathOf("env/bin/python"), "install", "-q", "--no-deps", "--no-index", "--no-compile", "--root-user-action", "ignore", "-f", Path.Combine(index, "files"), .. wheels.Select(w => $"{w.Project}=={w.File.GetProperty("version").GetString()}")]);
        Directory.Move(pip.PathOf("env"), pip.PathOf("theirs"));

        pip.Write("pylock.toml", LockOf(wheels, index));
        await pip.Slipway.RunAsync("pip", "install", "-q", "--allow-clashes", "--prefix", "env");
        string[] theirs = [.. Files(pip.PathOf("theirs")).Except(before).Where(f => !IsPipsOwn(f))], ours = [.. Files(pip.PathOf("env")).Except(before).Where(f => !IsPipsOwn(f))];
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
        Assert.Equal([], [.. theirs.Where(f => !Differs(f, pip.PathOf("theirs/" + f)) && !File.ReadAllBytes(pip.PathOf("theirs/" + f)).AsSpan().SequenceEqual(File.ReadAllBytes(pip.PathOf("env/" + f))))]);
        Assert.Equal([], [.. theirs.Where(f => File.GetUnixFileMode(pip.PathOf("theirs/" + f)).HasFlag(UnixFileMode.UserExecute) != File.GetUnixFileMode(pip.PathOf("env/" + f)).HasFlag(UnixFileMode.UserExecute))]);
        foreach (string program in ours.Where(f => f.StartsWith("bin/", StringComparison.Ordinal)))
        {
            Assert.StartsWith($"#!{pip.PathOf("env")}/bin/python\n", pip.Read("env/" + program), StringComparison.Ordinal);
        }

        foreach (string record in ours.Where(f => f.EndsWith(".dist-info/RECORD", StringComparison.Ordinal)))
        {
            Assert.Equal(Paths(pip.Read("theirs/" + record)).Where(f => !IsPipsOwn(f)), Paths(pip.Read("env/" + record)).Where(f => !IsPipsOwn(f)));
        }
    }

    // INSTALLER names who did it. Programs made from entry points have a text of our own, with the same meaning. RECORD has the hashes of those, and another order of lines.
    private static bool Differs(string file, string path) =>
        file.EndsWith(".dist-info/INSTALLER", StringComparison.Ordinal) || file.EndsWith(".dist-info/RECORD", StringComparison.Ordinal)
        || (file.StartsWith("bin/", StringComparison.Ordinal) && File.ReadAllText(path).Contains("sys.exit(", StringComparison.Ordinal));

    // Whether pip's own wheel gets a program with the version of Python in its name, pip decides by the Python it runs with, whatever the entry points say.
    private static bool IsPipsOwn(string file) => file.EndsWith("bin/pip3.11", StringComparison.Ordinal);

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f));

    private static IEnumerable<string> Paths(string record) => record.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r')[..l.TrimEnd('\r').LastIndexOf(',', l.TrimEnd('\r').LastIndexOf(',') - 1)]).Order(StringComparer.Ordinal);

    private static string LockOf((string Project, JsonElement File)[] wheels, string index)
    {
        var text = new StringBuilder("lock-version = \"1.0\"\ncreated-by = \"test\"\n");
        foreach ((string project, JsonElement file) in wheels)
        {
            text.Append($"\n[[packages]]\nname = \"{project}\"\nversion = \"{file.GetProperty("version").GetString()}\"\nwheels = [{{ path = \"{index}/files/{file.GetProperty("filename").GetString()}\", ")
                .Append($"hashes = {{ sha256 = \"{file.GetProperty("hashes").GetProperty("sha256").GetString()}\" }} }}]\n");
        }

        return text.ToString();
    }

    [GeneratedRegex("-(py3|py2.py3|cp311)-[a-z0-9]+-[a-z0-9_]+\\.whl$")]
    private static partial Regex WheelOf311();
}
