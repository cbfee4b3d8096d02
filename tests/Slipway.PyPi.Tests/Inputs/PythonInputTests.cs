using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Tests.Files;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tests.Inputs;

/// <summary>Whatever file says which packages are wanted, it comes to the same.</summary>
public sealed class PythonInputTests
{
    private static readonly PythonTarget s_target = new(PythonVersion.Parse("3.11.2"), new LibC(LibCKind.Glibc, 2, 36), "x86_64");

    [Theory]
    [InlineData("requirements-dev.txt", PythonFileKind.Requirements)]
    [InlineData("sub/requirements.in", PythonFileKind.Requirements)]
    [InlineData("sub/pyproject.toml", PythonFileKind.PyProject)]
    [InlineData("Pipfile", PythonFileKind.Pipfile)]
    [InlineData("Pipfile.lock", PythonFileKind.PipfileLock)]
    [InlineData("pylock.dev.toml", PythonFileKind.PyLock)]
    [InlineData("uv.lock", PythonFileKind.UvLock)]
    [InlineData("poetry.lock", PythonFileKind.PoetryLock)]
    [InlineData("environment.yaml", PythonFileKind.Environment)]
    [InlineData("setup.cfg", PythonFileKind.SetupCfg)]
    [InlineData("tool.py", PythonFileKind.Script)]
    public void A_file_is_told_by_its_name(string path, PythonFileKind kind) => Assert.Equal(kind, PythonFileKinds.Of(path));

    [Theory]
    [InlineData("dev", "dev-packages")]
    [InlineData("Dev_Packages", "dev-packages")]
    [InlineData("docs", "docs")]
    public void A_group_may_be_called_as_other_tools_call_it(string asked, string found)
    {
        List<Diagnostic> problems = [];
        Assert.Equal([found], new ProjectChoice([], false, [asked]).GroupsOf(["packages", "dev-packages", "docs"], "Pipfile", problems));
        Assert.Empty(problems);
    }

    [Fact]
    public async Task Sources_of_uv_hold_for_groups_too_and_say_the_index_for_each_target()
    {
        (PythonInput input, IReadOnlyList<Diagnostic> problems) = await ReadAsync(
            "pyproject.toml",
            """
            [project]
            name = "x"
            version = "1"
            requires-python = ">=3.10"
            dependencies = ["torch", "lib"]
            [dependency-groups]
            test = ["tool"]
            [tool.uv]
            exclude-dependencies = ["junk"]
            [tool.uv.sources]
            torch = [{ index = "cpu", marker = "sys_platform == 'linux'" }, { index = "cuda", marker = "sys_platform == 'win32'" }]
            lib = { path = "libs/lib" }
            tool = { index = "cpu" }
            [[tool.uv.index]]
            name = "cpu"
            url = "https://cpu.example/simple"
            explicit = true
            """,
            new ProjectChoice([], false, ["test"]));
        Assert.Empty(problems);
        Assert.Equal(["tool cpu", "torch cpu"], input.BindingsFor(s_target).Select(b => $"{b.Key} {b.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("libs/lib", input.File.Requirements.Single(r => r.Name == ProjectName.Parse("lib")).Path);
        Assert.Equal(["junk"], input.Excludes.Select(e => e.Value));
        input.CheckPython(s_target, "");
        Assert.Equal("other-python", Assert.Throws<DiagnosticException>(() => input.CheckPython(new PythonTarget(PythonVersion.Parse("3.9.2"), s_target.LibC, "x86_64"), "")).Diagnostics[0].Code);
    }

    [Fact]
    public void The_default_of_a_file_takes_the_place_of_ours_and_a_flag_that_of_both_with_its_name()
    {
        NamedIndex[] named = [new("main", Text("https://main.example/simple"), true, false), new("extra", Text("https://extra.example/simple"), false, false), new("own", Text("https://own.example/simple"), false, true)];
        IndexSettings settings = new IndexSettings().With(named, "/", _ => null);
        Assert.Equal(["extra", "own", "main"], settings.Indexes.Select(i => i.Name));
        IndexSettings flagged = settings.With(new RequirementsOptions { IndexUrl = Text("https://flag.example/simple") }, "/", _ => null);
        Assert.Equal(["https://extra.example/simple/", "https://own.example/simple/", "https://flag.example/simple/"], flagged.Indexes.Select(i => i.Url));
        Assert.True(flagged.Indexes[^1].IsCalled("main"));
        Assert.Equal("https://flag.example/simple/", flagged.Indexes[^1].ToString());
    }

    [Theory]
    [InlineData("setup.cfg", "[metadata]\nname = x\n", "dynamic-project")]
    [InlineData("tool.py", "import six\n", "no-script-block")]
    [InlineData("pyproject.toml", "[project]\nname = 'x'\nversion = '1'\ndynamic = ['dependencies']\n", "dynamic-project")]
    [InlineData("environment.yml", "", "no-pip-part")]
    public async Task What_does_not_say_it_is_told(string path, string text, string code) => Assert.Contains((await ReadAsync(path, text, ProjectChoice.None)).Problems, p => p.Code == code);

    private static WrittenText Text(string text) => new(text, default);

    private static async Task<(PythonInput Input, IReadOnlyList<Diagnostic> Problems)> ReadAsync(string path, string text, ProjectChoice choice)
    {
        List<Diagnostic> problems = [];
        var reader = new PythonInputReader(new MemoryFiles((path, text)), _ => null, (_, _) => []);
        return (await reader.ReadAsync(path, choice, problems, TestContext.Current.CancellationToken), problems);
    }
}
