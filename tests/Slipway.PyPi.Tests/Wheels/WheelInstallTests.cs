using System.Text;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Tests.Wheels;

public sealed class WheelInstallTests : IDisposable
{
    private readonly WheelWorld _world = new();

    private static CancellationToken Token => WheelWorld.Token;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_wheel_is_installed_into_a_virtual_environment_with_a_record_of_what_is_there()
    {
        string prefix = _world["env"];
        WheelPlan plan = WheelWorld.Plan(InstallScheme.ForVirtualEnvironment(prefix, WheelWorld.Target), _world.Open(Tool()));
        await WheelWorld.InstallAsync(plan);
        string site = Path.Combine(prefix, "lib/python3.11/site-packages");
        Assert.Equal("print('x')\n", await File.ReadAllTextAsync($"{site}/tool/__init__.py", Token));
        Assert.Equal($"#!{prefix}/bin/python\nprint(1)\n", await File.ReadAllTextAsync($"{prefix}/bin/run", Token));
        Assert.Equal($"#!{prefix}/bin/python\nimport sys\n\nfrom tool.cli import App\n\nif __name__ == \"__main__\":\n    sys.exit(App.main())\n", await File.ReadAllTextAsync($"{prefix}/bin/tool", Token));
        Assert.True(File.GetUnixFileMode($"{prefix}/bin/run").HasFlag(UnixFileMode.UserExecute));
        Assert.True(File.Exists($"{prefix}/share/tool/data.txt"));
        Assert.True(File.Exists($"{prefix}/include/site/python3.11/tool/tool.h"));
        Assert.Equal("slipway\n", await File.ReadAllTextAsync($"{site}/tool-1.0.dist-info/INSTALLER", Token));
        Assert.True(File.Exists($"{site}/tool-1.0.dist-info/REQUESTED"));
        Assert.True(File.Exists($"{site}/tool-1.0.dist-info/licenses/LICENSE"));
        Assert.False(File.Exists($"{site}/tool-1.0.dist-info/direct_url.json"));

        IReadOnlyList<RecordLine> record = RecordFile.Parse(await File.ReadAllTextAsync($"{site}/tool-1.0.dist-info/RECORD", Token));
        Assert.Contains(record, line => line.Path == "../../../bin/tool");
        Assert.Contains(new RecordLine("tool-1.0.dist-info/RECORD", "", ""), record);
        Assert.Equal(Directory.EnumerateFiles(prefix, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal), record.Select(line => Path.GetFullPath(Path.Combine(site, line.Path))).Order(StringComparer.Ordinal));
        foreach (RecordLine line in record.Where(line => line.Hash.Length > 0))
        {
            byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(site, line.Path), Token);
            Assert.Equal(line, RecordLine.Of(line.Path, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), bytes.Length));
        }
    }

    [Fact]
    public void A_long_path_of_the_interpreter_gets_a_program_that_the_shell_starts()
    {
        WheelPlan plan = WheelWorld.Plan(InstallScheme.ForVirtualEnvironment("/opt/" + new string('x', 130), WheelWorld.Target), _world.Open(Tool()));
        Assert.All(plan.Entries.Where(entry => entry.Path.StartsWith("bin/", StringComparison.Ordinal)), entry => Assert.StartsWith("#!/bin/sh\n'''exec' \"/opt/xxx", Text(entry), StringComparison.Ordinal));
    }

    [Fact]
    public void A_package_that_was_asked_for_by_address_says_so_without_the_password()
    {
        var input = new WheelInput(_world.Open(Tool())) { DirectUrl = DirectUrl.Archive("https://me:secret@files.example/tool-1.0-py3-none-any.whl", "abc") };
        WheelPlan plan = WheelInstallPlanner.Plan(InstallScheme.ForConda("/opt/env", WheelWorld.Target), [input], new WheelInstallOptions(), Token);
        Assert.Equal("""{"url":"https://files.example/tool-1.0-py3-none-any.whl","archive_info":{"hashes":{"sha256":"abc"}}}""", Text(plan.Entries.Single(entry => entry.Path.EndsWith("direct_url.json", StringComparison.Ordinal))));
        Assert.DoesNotContain(plan.Entries, entry => entry.Path.EndsWith("REQUESTED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_second_time_a_wheel_is_planned_without_reading_it_and_its_layer_is_the_same()
    {
        string path = Tool().Write(_world.Wheels);
        InstallScheme scheme = InstallScheme.ForVirtualEnvironment("/opt/env", WheelWorld.Target);
        WheelArchive first = (await _world.FetchAsync(shares: false, path))[0], second = (await _world.FetchAsync(shares: false, path))[0];
        WheelPlan firstPlan = WheelWorld.Plan(scheme, first), secondPlan = WheelWorld.Plan(scheme, second);
        Assert.False(Assert.IsType<WheelContents>(second.Contents).IsUnpacked);
        Layer one = await _world.WriteLayerAsync("/opt/env", firstPlan.Entries), two = await _world.WriteLayerAsync("/opt/env", secondPlan.Entries);
        Assert.True(Assert.IsType<WheelContents>(second.Contents).IsUnpacked);
        Assert.Equal(one.DiffId, two.DiffId);
    }

    [Fact]
    public async Task Environments_in_directories_share_the_files_of_the_cache()
    {
        string path = Tool().Write(_world.Wheels);
        foreach (string name in new[] { "one", "two" })
        {
            WheelArchive wheel = (await _world.FetchAsync(shares: true, path))[0];
            Assert.IsType<FolderContents>(wheel.Contents);
            await WheelWorld.InstallAsync(WheelWorld.Plan(InstallScheme.ForVirtualEnvironment(_world[name], WheelWorld.Target), wheel));
        }

        Assert.Equal(await File.ReadAllBytesAsync(_world["one/lib/python3.11/site-packages/tool/big"], Token), await File.ReadAllBytesAsync(_world["two/lib/python3.11/site-packages/tool/big"], Token));
        Assert.StartsWith($"#!{_world["two"]}/bin/python\n", await File.ReadAllTextAsync(_world["two/bin/run"], Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_holds_entries_of_several_owners()
    {
        WheelPlan plan = WheelWorld.Plan(InstallScheme.ForVirtualEnvironment("/opt/env", WheelWorld.Target), _world.Open(Tool()), _world.Open(new WheelBuilder("other").File("other.py", "o = 1\n")));
        Layer layer = await _world.WriteLayerAsync("/opt/env", [.. plan.Entries, .. VirtualEnvironment.EntriesFor(DebianPython())]);
        Assert.Equal("/usr/bin/python3.11", layer.Index.Entries.Single(entry => entry.Path == "opt/env/bin/python").LinkTarget);
        Assert.Contains(layer.Index.Entries, entry => entry.Path == "opt/env/lib/python3.11/site-packages/other.py");
    }

    [Fact]
    public void Two_wheels_with_different_files_of_one_path_are_refused_with_both_names()
    {
        WheelArchive[] wheels = [_world.Open(new WheelBuilder("one").File("tests/__init__.py", "one")), _world.Open(new WheelBuilder("two").File("tests/__init__.py", "two"))];
        InstallScheme scheme = InstallScheme.ForVirtualEnvironment("/opt/env", WheelWorld.Target);
        var refused = Assert.Throws<DiagnosticException>(() => WheelWorld.Plan(scheme, wheels));
        Assert.Equal("wheel-clash", refused.Diagnostics[0].Code);
        Assert.Contains("one 1.0 (wheel) and two 1.0 (wheel) both hold 'lib/python3.11/site-packages/tests/__init__.py'", refused.Message, StringComparison.Ordinal);

        WheelPlan plan = WheelInstallPlanner.Plan(scheme, [.. wheels.Select(wheel => new WheelInput(wheel))], new WheelInstallOptions { AllowClashes = true }, Token);
        Assert.Equal("two 1.0 (wheel)", Assert.Single(plan.Clashes).Winner);
        Assert.Equal("two", Text(Assert.Single(plan.Entries, entry => entry.Path.EndsWith("tests/__init__.py", StringComparison.Ordinal))));
        Assert.DoesNotContain("tests", Text(plan.Wheels[0].Entries.Single(entry => entry.Path.EndsWith("RECORD", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_bytes_in_two_wheels_are_no_clash()
    {
        WheelPlan plan = WheelWorld.Plan(
            InstallScheme.ForVirtualEnvironment("/opt/env", WheelWorld.Target), _world.Open(new WheelBuilder("one").File("space/__init__.py", "")), _world.Open(new WheelBuilder("two").File("space/__init__.py", "")));
        Assert.True(Assert.Single(plan.Clashes).IsHarmless);
        Assert.All(plan.Wheels, wheel => Assert.Contains("space/__init__.py", Text(wheel.Entries.Single(entry => entry.Path.EndsWith("RECORD", StringComparison.Ordinal))), StringComparison.Ordinal));
    }

    [Fact]
    public void A_wheel_never_takes_a_path_of_a_conda_package()
    {
        var options = new WheelInstallOptions { AllowClashes = true, Taken = new Dictionary<string, string> { ["bin/tool"] = "tool 0.9 (conda)" } };
        var refused = Assert.Throws<DiagnosticException>(() => WheelInstallPlanner.Plan(InstallScheme.ForConda("/opt/env", WheelWorld.Target), [new WheelInput(_world.Open(Tool()))], options, Token));
        Assert.Equal("path-taken", refused.Diagnostics[0].Code);
        Assert.Contains("tool 1.0 (wheel) wants to write 'bin/tool', which belongs to tool 0.9 (conda)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_one_wheel_where_another_has_a_folder_is_refused()
    {
        WheelArchive[] wheels = [_world.Open(new WheelBuilder("one").File("both", "x")), _world.Open(new WheelBuilder("two").File("both/x.py", "x"))];
        Assert.Equal("path-conflict", Assert.Throws<DiagnosticException>(() => WheelWorld.Plan(InstallScheme.ForConda("/opt/env", WheelWorld.Target), wheels)).Diagnostics[0].Code);
    }

    [Fact]
    public void A_Python_that_its_distribution_manages_is_left_alone_unless_somebody_insists()
    {
        BasePython python = DebianPython() with { IsExternallyManaged = true };
        Assert.Equal("externally-managed", Assert.Throws<DiagnosticException>(() => InstallScheme.ForSystem(python)).Diagnostics[0].Code);
        InstallScheme scheme = InstallScheme.ForSystem(python, breakSystemPackages: true);
        Assert.Equal(("/usr/local", "lib/python3.11/dist-packages", "/usr/bin/python3"), (scheme.Prefix, scheme.Purelib, scheme.Interpreter));
    }

    [Fact]
    public void Compiled_files_are_listed_when_they_will_be_made()
    {
        WheelPlan plan = WheelInstallPlanner.Plan(InstallScheme.ForVirtualEnvironment("/opt/env", WheelWorld.Target), [new WheelInput(_world.Open(Tool()))], new WheelInstallOptions { CompilesPython = true }, Token);
        Assert.Contains("lib/python3.11/site-packages/tool/__pycache__/__init__.cpython-311.pyc", plan.Wheels[0].Compiled);
        Assert.Contains("tool/__pycache__/__init__.cpython-311.pyc,,\n", Text(plan.Entries.Single(entry => entry.Path.EndsWith("RECORD", StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.Contains("/opt/env/lib/python3.11/site-packages/tool/__init__.py\n", plan.CompileCommand!.Input, StringComparison.Ordinal);
        Assert.Equal("/opt/env/bin/python", plan.CompileCommand.Arguments[0]);
    }

    [Fact]
    public void A_record_that_is_wrong_is_healed_only_for_those_who_ask()
    {
        WheelBuilder builder = Tool();
        builder.ChangeRecord = record => record.Replace("tool/__init__.py,sha256=", "tool/__init__.py,sha256=A", StringComparison.Ordinal);
        string path = builder.Write(_world.Wheels);
        Assert.Equal("wheel-record", Assert.Throws<DiagnosticException>(() => _world.Open(path)).Diagnostics[0].Code);
        WheelPlan plan = WheelWorld.Plan(InstallScheme.ForConda("/opt/env", WheelWorld.Target), _world.Open(path, heal: true));
        Assert.Contains("was healed", Assert.Single(plan.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pip_installs_the_same_files_from_the_same_wheel()
    {
        if (Testing.Tool.Find("python3") is null)
        {
            Assert.Skip("python3 is not installed");
        }

        string path = Tool().Write(_world.Wheels), theirs = _world["theirs"];
        try
        {
            await Testing.Tool.RunAsync("python3", ["-m", "venv", theirs], Token);
        }
        catch (InvalidOperationException e)
        {
            Assert.Skip("python3 has no venv: " + e.Message);
        }

        string site = Directory.EnumerateDirectories(Path.Combine(theirs, "lib"), "python3*").Single() + "/site-packages";
        File.Delete(Path.Combine(theirs, "lib64")); // a link, which would show everything twice
        HashSet<string> before = [.. Directory.EnumerateFiles(theirs, "*", SearchOption.AllDirectories)];
        await Testing.Tool.RunAsync(Path.Combine(theirs, "bin/python"), ["-m", "pip", "install", "--no-index", "--no-deps", "--no-compile", "-q", path], Token);
        string version = Path.GetFileName(Path.GetDirectoryName(site))!["python".Length..];
        var target = new PythonTarget(Slipway.PyPi.Versions.PythonVersion.Parse(version + ".1"), WheelWorld.Target.LibC, "x86_64");
        WheelPlan plan = WheelInstallPlanner.Plan(InstallScheme.ForVirtualEnvironment(theirs, target), [new WheelInput(_world.Open(path)) { IsRequested = true }], new WheelInstallOptions(), Token);
        Dictionary<string, EnvironmentEntry> ours = plan.Entries.ToDictionary(entry => entry.Path);

        // What differs, and why: pip notes where a path came from (here it is the caller who says); INSTALLER names the installer; programs have another text; RECORD follows from those.
        string[] differs = ["INSTALLER", "RECORD", "direct_url.json"];
        string[] theirFiles = [.. Directory.EnumerateFiles(theirs, "*", SearchOption.AllDirectories).Where(file => !before.Contains(file)).Select(file => Path.GetRelativePath(theirs, file))];
        Assert.Equal(theirFiles.Where(file => !file.EndsWith("direct_url.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal), ours.Keys.Order(StringComparer.Ordinal));
        foreach (string file in theirFiles.Where(file => !differs.Contains(Path.GetFileName(file)) && file != "bin/tool"))
        {
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(theirs, file), Token), Text(ours[file]));
            Assert.True(File.GetUnixFileMode(Path.Combine(theirs, file)).HasFlag(UnixFileMode.UserExecute) == ours[file].IsExecutable, file);
        }
    }

    private static WheelBuilder Tool() => new WheelBuilder("tool").File("tool/__init__.py", "print('x')\n").File("tool/cli.py", "class App:\n    pass\n").File("tool/big", Convert.ToHexString(new byte[100_000]))
        .File("tool/empty.py", "").File("tool/native.so", "not really", isExecutable: true)
        .File("tool-1.0.data/scripts/run", "#!python -E\nprint(1)\n", isExecutable: true).File("tool-1.0.data/data/share/tool/data.txt", "data").File("tool-1.0.data/headers/tool.h", "int x;")
        .File("tool-1.0.dist-info/entry_points.txt", "[console_scripts]\ntool = tool.cli:App.main [extra]\n").File("tool-1.0.dist-info/licenses/LICENSE", "free");

    private static BasePython DebianPython() => new()
    {
        Target = WheelWorld.Target,
        Executable = "/usr/bin/python3",
        Program = "/usr/bin/python3.11",
        Prefix = "/usr",
        StandardLibrary = "/usr/lib/python3.11",
        Distribution = "debian 12",
    };

    private static string Text(EnvironmentEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
