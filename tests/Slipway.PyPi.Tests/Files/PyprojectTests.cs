using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Tests.Files;

public sealed class PyprojectTests
{
    private static (PyprojectFile? File, List<Diagnostic> Problems) Read(string text)
    {
        List<Diagnostic> problems = [];
        return (PyprojectReader.Read(new SourceText("app/pyproject.toml", text), "app", problems), problems);
    }

    [Fact]
    public void A_project_says_what_it_needs_without_a_build()
    {
        (PyprojectFile? file, List<Diagnostic> problems) = Read(
            """
            [build-system]
            requires = ["hatchling>=1.20"]
            build-backend = "hatchling.build"
            backend-path = ["."]
            [project]
            name = "My.App"
            version = "1.0"
            requires-python = ">=3.11"
            dependencies = ["requests[socks]>=2.31 ; sys_platform == 'linux'", "numpy"]
            [project.optional-dependencies]
            plot = ["matplotlib"]
            web = ["flask"]
            all = ["my-app[plot,web]", "rich"]
            [dependency-groups]
            test = ["pytest", { include-group = "Lint" }]
            lint = ["ruff"]
            """);
        Assert.Empty(problems);
        Assert.Equal("my-app", file!.Name!.Value.Value);
        Assert.True(file.HasStaticDependencies);
        Assert.Equal(">=3.11", file.RequiresPython!.ToString());
        Assert.Equal(["hatchling>=1.20"], file.Build.Requires.Select(r => r.Text));
        Assert.Equal("hatchling.build", file.Build.Backend);
        Assert.Equal(["requests", "numpy"], file.Needed([], problems).Select(r => r.Name!.Value.Value));
        Assert.Equal(["requests", "numpy", "rich", "matplotlib", "flask"], file.Needed([ExtraName.Parse("all")], problems).Select(r => r.Name!.Value.Value));
        Assert.Equal(["pytest", "ruff"], file.Groups.Read("test", problems).Select(r => r.Text));
        Assert.Empty(problems);
        file.Needed([ExtraName.Parse("plots")], problems);
        Assert.Equal("unknown-extra", Assert.Single(problems).Code);
    }

    [Fact]
    public void A_project_whose_build_knows_its_requirements_has_none_of_its_own()
    {
        (PyprojectFile? file, List<Diagnostic> problems) = Read("[project]\nname = 'a'\ndynamic = ['version', 'dependencies']\n");
        Assert.Empty(problems);
        Assert.False(file!.HasStaticDependencies);
        Assert.False(file.Build.IsWritten);
        Assert.False(Read("[tool.black]\nline-length = 100").File!.HasStaticDependencies);
    }

    [Fact]
    public void All_mistakes_are_told_with_their_places()
    {
        (_, List<Diagnostic> problems) = Read(
            """
            [build-system]
            requires = "setuptools"
            [project]
            name = "-a"
            version = "one"
            requires-python = "3.11"
            dependencies = ["requests >== 2", "numpy", 3, "https://user:secret@example.org/a.zip"]
            dependnecies = []
            dynamic = ["dependencies"]
            """);
        Assert.Equal(
            ["wrong-kind 2:12", "unknown-key 8:1", "dynamic-field 7:1", "bad-name 4:8", "bad-version 5:11", "bad-versions 6:19", "wrong-kind 7:44", "bad-requirement 7:27", "bad-requirement 7:53"],
            problems.Select(p => $"{p.Code} {p.Position!.Value.Line}:{p.Position.Value.Column}"));
        Assert.DoesNotContain("secret", string.Join('\n', problems.Select(p => p + p.Source!.Text)));
    }

    [Fact]
    public void Sources_of_uv_hold_for_the_requirements_of_the_project()
    {
        (PyprojectFile? file, List<Diagnostic> problems) = Read(
            """
            [project]
            name = "a"
            version = "1"
            dependencies = ["torch", "lib>=1", "tool[x]", "b ; python_version > '3'", "plain"]
            [[tool.uv.index]]
            name = "cpu"
            url = "https://index.example/cpu"
            explicit = true
            [tool.uv]
            override-dependencies = ["numpy==1.26"]
            [tool.uv.sources]
            torch = [{ index = "cpu", marker = "sys_platform == 'linux'" }, { index = "gpu", marker = "sys_platform == 'win32'" }]
            lib = { path = "../lib", editable = true }
            Tool = { git = "https://example.org/tool", tag = "v1", subdirectory = "src" }
            b = { url = "https://example.org/b.zip" }
            other = { workspace = true }
            """);
        Assert.Equal("unknown-source", Assert.Single(problems).Code);
        Assert.Equal("cpu https://index.example/cpu True", $"{file!.Uv.Indexes[0].Name} {file.Uv.Indexes[0].Url} {file.Uv.Indexes[0].IsExplicit}");
        Assert.Equal(["numpy==1.26"], file.Uv.Overrides.Select(r => r.Text));
        Assert.Equal(
            [
                "torch cpu  - sys_platform == \"linux\"", "torch gpu  - sys_platform == \"win32\"", "lib   lib ", "tool  git+https://example.org/tool@v1#subdirectory=src - ",
                "b  https://example.org/b.zip - python_version > \"3\"", "plain   - ",
            ],
            file.Dependencies.Select(r => $"{r.Name} {r.Index} {r.Url} {r.Path ?? "-"} {r.Marker}"));
    }

    [Fact]
    public void A_script_says_what_it_needs_in_a_comment()
    {
        var source = new SourceText("run.py", "#!/usr/bin/env python3\n# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n#   \"requests<3\",\n#   \"ri ch\",\n# ]\n#\n# ///\nimport requests  # /// script\n");
        List<Diagnostic> problems = [];
        ScriptMetadata script = ScriptMetadata.Read(source, problems)!;
        Assert.Equal(["requests<3"], script.Dependencies.Select(d => d.Text));
        Assert.Equal(">=3.11", script.RequiresPython!.ToString());
        Assert.Equal("run.py:6:9", $"{source.Path}:{Assert.Single(problems).Position!.Value.Line}:{problems[0].Position!.Value.Column}");
        Assert.Null(ScriptMetadata.Read(new SourceText("a.py", "import os\n"), problems));
        Assert.Null(ScriptMetadata.Read(new SourceText("a.py", "# /// script\n# dependencies = [\n# ///\n"), problems));
        Assert.Equal(2, problems.Count);
    }
}
