using Slipway.EndToEnd.Tests.Remote;

namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>What files of Python projects may say is the same for images as for <c>slipway pip</c>.</summary>
public sealed class PythonInputTests(World world)
{
    private const string Six = "six-1.17.0-py3-none-any.whl", Click = "click-8.1.3-py3-none-any.whl", Docopt = "docopt-0.6.2.tar.gz";
    private const string OldPython = "base: python:3.11-slim\n";

    [Fact]
    public async Task What_uv_is_told_in_a_pyproject_has_effect_on_an_image()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("slipway.yml", OldPython);
        project.Write(
            "pyproject.toml",
            $$"""
            [project]
            name = "x"
            version = "1"
            dependencies = ["click", "flask", "requests"]
            [tool.uv]
            constraint-dependencies = ["werkzeug<3"]
            override-dependencies = ["markupsafe==2.1.2"]
            exclude-dependencies = ["charset-normalizer"]
            [tool.uv.sources]
            click = { index = "old" }
            [[tool.uv.index]]
            name = "old"
            url = "{{project.Faulty("before=2024-01-01")}}"
            explicit = true
            [[tool.uv.index]]
            name = "main"
            url = "{{project.Index}}"
            default = true
            """);
        await project.Slipway.RunAsync("lock");
        string file = project.Read("slipway.lock");
        foreach (string expected in (string[])["- name: click\n    version: 8.1.3\n", "- name: werkzeug\n    version: 2", "- name: markupsafe\n    version: 2.1.2\n", "- name: requests\n"])
        {
            Assert.Contains(expected, file, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("charset", file, StringComparison.Ordinal);
        await project.Slipway.RunAsync("lock", "--check");
        project.Write("pyproject.toml", project.Read("pyproject.toml").Replace("exclude-dependencies = [\"charset-normalizer\"]", "", StringComparison.Ordinal));
        await project.Slipway.RunAsync(1, "lock", "--check");
    }

    [Fact]
    public async Task A_lock_of_commits_folders_and_archives_becomes_an_image()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        await project.CopyFileAsync(Six, $"wheels/{Six}");
        WriteProject(project, "lib", "lib");
        project.Write("slipway.yml", $"{OldPython}indexes: [{project.Index}]\n");
        project.Write("requirements.in", $"mine @ git+{git.Url()}@main\n./lib\n./wheels/{Six}\nclick @ {project.FileUrl(Click)}\n");
        await project.Slipway.RunAsync("pip", "lock", "-i", project.Index, "--python", "3.11");
        string commit = await git.HeadAsync();
        await git.CommitAsync("second");

        string id = await project.BuildAsync("-t", "lock-sources");
        Assert.Equal("first\nlib\n/opt/env\n", await project.ShellAsync("lock-sources", "cd / && python -c 'import mine, lib, six, click, sys; print(sys.prefix)'"));
        string file = project.Read("slipway.lock");
        Assert.Contains($"url: ./wheels/{Six}\n", file, StringComparison.Ordinal);
        Assert.Contains(commit, file, StringComparison.Ordinal);
        Assert.Contains("folder: lib\n", file, StringComparison.Ordinal);
        const string Packages = "/opt/env/lib/python3.11/site-packages";
        string origins = await project.ShellAsync("lock-sources", $"cat {Packages}/six-1.17.0.dist-info/direct_url.json {Packages}/click-8.1.3.dist-info/direct_url.json");
        Assert.Contains($"\"file:///srv/project/wheels/{Six}\"", origins, StringComparison.Ordinal);
        Assert.Contains($"\"{project.FileUrl(Click)}\"", origins, StringComparison.Ordinal);

        Cli other = await project.OtherStoreAsync();
        Assert.Equal(id, (await other.RunAsync("build", "-q", "--locked", ".")).Line());
        Assert.Contains($"path = \"wheels/{Six}\"", (await project.Slipway.RunAsync("lock", "--export", "pylock")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requirements_without_a_name_and_files_of_the_repository_are_taken_and_a_changed_file_is_another_lock()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        await project.CopyFileAsync(Six, $"wheels/{Six}");
        await project.CopyFileAsync(Docopt, $"wheels/{Docopt}");
        project.Write("slipway.yml", OldPython);
        project.Write("requirements.txt", $"--index-url {project.Index}\ngit+{git.Url()}@v1#subdirectory=below/lower\n./wheels/{Six}\n./wheels/{Docopt}\n{project.FileUrl(Click)}\n");
        await project.BuildAsync("-t", "nameless");
        Assert.Equal("lower\n1.17.0 0.6.2\n", await project.ShellAsync("nameless", "cd / && python -c 'import lower, six, docopt, click; print(six.__version__, docopt.__version__)'"));
        Assert.Contains($"url: ./wheels/{Docopt}\n", project.Read("slipway.lock"), StringComparison.Ordinal);

        await project.CopyFileAsync(Click, $"wheels/{Six}");
        Assert.Contains("slipway.lock", (await project.Slipway.RunAsync(1, "build", "-q", "--locked", ".")).Error, StringComparison.Ordinal);
        project.Write("requirements.txt", "../elsewhere/six-1.17.0-py3-none-any.whl\n");
        Assert.Contains("outside of the repository", (await project.Slipway.RunAsync(1, "build", "-q", ".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_in_a_folder_of_an_archive_is_built_for_an_image_from_requirements_and_from_a_lock()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        project.Write("slipway.yml", $"{OldPython}indexes: [{project.Index}]\n");
        project.Write("requirements.txt", $"{await git.ArchiveAsync()}#subdirectory=below/lower\n");
        await project.BuildAsync("-t", "archive");
        Assert.Equal("lower\n", await project.ShellAsync("archive", "cd / && python -c 'import lower'"));
        Assert.Contains("    subdirectory: below/lower\n", project.Read("slipway.lock"), StringComparison.Ordinal);

        project.Write("pylock.toml", (await project.Slipway.RunAsync("lock", "--export", "pylock")).Out);
        await project.Slipway.RunAsync("lock");
        Assert.Contains("    subdirectory: below/lower\n", project.Read("slipway.lock"), StringComparison.Ordinal);
        await project.BuildAsync("--locked");
    }

    [Fact]
    public async Task Environment_files_in_a_folder_name_others_seen_from_there()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("slipway.yml", OldPython);
        project.Write("envs/pyproject.toml", $"[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"six\"]\n[tool.uv.sources]\nsix = {{ path = \"wheels/{Six}\" }}\n");
        await project.CopyFileAsync(Six, $"envs/wheels/{Six}");
        await project.Slipway.RunAsync("lock", "-f", "envs/pyproject.toml");
        Assert.Contains($"url: ./envs/wheels/{Six}\n", project.Read("pyproject.slipway.lock"), StringComparison.Ordinal);

        project.Write("envs/environment.yml", $"channels: [{project.Channel}]\ndependencies:\n  - python=3.11\n  - pip:\n    - -r more.txt\n");
        project.Write("envs/more.txt", $"--index-url {project.Index}\nsix==1.17.0\n");
        await project.Slipway.RunAsync("lock", "-f", "envs/environment.yml");
        Assert.Contains("- name: six\n    version: 1.17.0\n", project.Read("environment.slipway.lock"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hashes_in_a_requirements_file_hold_for_images()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("slipway.yml", OldPython);
        project.Write("requirements.txt", $"--index-url {project.Index}\nsix==1.17.0 --hash=sha256:{new string('0', 64)}\n");
        Assert.Contains("has one of the hashes", (await project.Slipway.RunAsync(1, "lock")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lock_of_uv_installs_the_project_that_it_is_of_and_members_of_its_workspace()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        WriteProject(project, "", "app");
        WriteProject(project, "member", "member");
        await project.CopyFileAsync(Six, $"wheels/{Six}");
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(project.Folder, "wheels", Six))));
        project.Write("slipway.yml", $"{OldPython}indexes: [{project.Index}]\n");
        project.Write(
            "uv.lock",
            $$"""
            version = 1
            requires-python = ">=3.9"
            [[package]]
            name = "app"
            version = "1.0"
            source = { editable = "." }
            dependencies = [{ name = "member" }, { name = "six" }]
            [[package]]
            name = "member"
            version = "1.0"
            source = { editable = "member" }
            [[package]]
            name = "six"
            version = "1.17.0"
            source = { path = "wheels/{{Six}}" }
            wheels = [{ filename = "{{Six}}", hash = "sha256:{{hash}}" }]
            """);
        await project.BuildAsync("-t", "uv-workspace");
        Assert.Equal("member\napp\n1.17.0\n", await project.ShellAsync("uv-workspace", "cd / && python -c 'import member, app, six; print(six.__version__)'"));
        Assert.Contains("project app, built of this repository", (await project.Slipway.RunAsync("plan", ".")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_requirements_file_and_the_project_beside_it_are_both_installed_and_the_plan_says_so()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        WriteProject(project, "", "app");
        project.Write("pyproject.toml", project.Read("pyproject.toml") + "dependencies = [\"six\"]\n");
        project.Write("requirements.txt", $"--index-url {project.Index}\nclick==8.1.3\n");
        project.Write("slipway.yml", OldPython);
        await project.BuildAsync("-t", "beside");
        Assert.Equal("app\n8.1.3\n", await project.ShellAsync("beside", "cd / && python -c 'import app, six, click; print(click.__version__)'"));
        string plan = (await project.Slipway.RunAsync("plan", ".")).Out;
        Assert.Contains("+ requirements.txt: says which Python packages are wanted\n  + pyproject.toml: is the project itself, which is installed, too, with what it needs\n", plan, StringComparison.Ordinal);

        project.Write("pyproject.toml", project.Read("pyproject.toml").Replace("[build-system]", "[old-build-system]", StringComparison.Ordinal));
        Outcome without = await project.Slipway.RunAsync("plan", ".");
        Assert.Contains("- pyproject.toml: not used, requirements.txt comes before it, and it does not say how the project is built", without.Out, StringComparison.Ordinal);
        Assert.Contains("pyproject.toml is not used", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_the_project_that_takes_the_place_of_a_packages_own_is_told()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\nsix==1.17.0\n");
        project.Write("setup.py", "from setuptools import setup\nsetup(name='mine', version='1.0', py_modules=['mine', 'six'])\n");
        project.Write("mine.py", "");
        project.Write("six.py", "print('not six')\n");
        project.Write("slipway.yml", OldPython);
        Outcome built = await project.Slipway.RunAsync("build", "-t", "covers", ".");
        Assert.Contains("six.py of the project mine takes the place of what six 1.17.0 has there", built.Error, StringComparison.Ordinal);
        Assert.Equal("not six\n", await project.ShellAsync("covers", "cd / && python -c 'import six'"));
    }

    [Fact]
    public async Task A_script_with_a_comment_block_is_an_environment_of_its_own()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("slipway.yml", $"{OldPython}indexes: [{project.Index}]\n");
        project.Write("tool.py", "# /// script\n# requires-python = \">=3.9\"\n# dependencies = [\"six\"]\n# ///\nimport six\nprint(six.PY3)\n");
        await project.Slipway.RunAsync("lock", "-f", "tool.py");
        Assert.Contains("- name: six\n", project.Read("tool.slipway.lock"), StringComparison.Ordinal);
    }

    private static void WriteProject(EnvironmentWorld project, string folder, string name)
    {
        project.Write(Path.Combine(folder, "pyproject.toml"), $"[build-system]\nrequires = [\"flit_core\"]\nbuild-backend = \"flit_core.buildapi\"\n[project]\nname = \"{name}\"\nversion = \"1.0\"\ndescription = \"x\"\n");
        project.Write(Path.Combine(folder, name + ".py"), $"\"\"\"A module.\"\"\"\nprint('{name}')\n");
    }
}
