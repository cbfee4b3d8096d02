using Slipway.EndToEnd.Tests.Remote;

namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>What nobody has built is built for an image: by the image's own Python, in the sandbox, without a network.</summary>
public sealed class SourceBuildTests(World world)
{
    private const string Setup = "from setuptools import setup\nsetup(name='mine', version='1.0', packages=['mine'], install_requires=['six'], entry_points={'console_scripts': ['say=mine:say']})\n";
    private const string Flit = "[build-system]\nrequires = [\"flit_core\"]\nbuild-backend = \"flit_core.buildapi\"\n[project]\nname = \"mine\"\nversion = \"1.0\"\ndescription = \"x\"\ndependencies = [\"six\"]\n";

    [Fact]
    public async Task A_source_distribution_is_built_by_the_images_Python_and_its_layer_has_the_same_bytes_from_another_store()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\ndocopt\nsix\n");
        project.Write("runtime.txt", "python-3.11");
        string id = await project.BuildAsync("-t", "built-pip");
        Assert.Equal("0.6.2\n", await project.ShellAsync("built-pip", "python -c 'import docopt; print(docopt.__version__)'"));
        string file = project.Read("slipway.lock");
        Assert.Contains("file: docopt-0.6.2.tar.gz\n", file, StringComparison.Ordinal);
        Assert.Contains("    built-with:\n    - packaging-25.0-py3-none-any.whl\n    - setuptools-", file, StringComparison.Ordinal);
        Assert.Equal(id, (await project.Slipway.RunAsync("--offline", "build", "-q", "--locked", ".")).Line());

        Cli other = await project.OtherStoreAsync();
        Assert.Equal(id, (await other.RunAsync("build", "-q", "--locked", ".")).Line());
    }

    [Fact]
    public async Task Beside_conda_packages_the_environments_Python_builds()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("environment.yml", $"channels: [{project.Channel}]\ndependencies:\n  - python=3.11\n  - six\n  - pip:\n    - --index-url {project.Index}\n    - docopt\n");
        await project.BuildAsync("-t", "built-conda");
        Assert.Equal("/opt/env\n", await project.ShellAsync("built-conda", "python -c 'import docopt, sys; print(sys.prefix)'"));
    }

    [Fact]
    public async Task A_repository_with_setup_py_is_installed_with_what_it_needs_and_an_edit_changes_its_own_layers_only()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("setup.py", Setup);
        project.Write("mine/__init__.py", "def say():\n    import six\n    print('first', six.PY3)\n");
        project.Write("slipway.yml", $"base: python:3.11-slim\nindexes: [{project.Index}]\n");
        await project.BuildAsync("-t", "mine-first");
        Assert.Equal("first True\n/opt/env/bin/say\n", await project.ShellAsync("mine-first", "cd / && say && which say"));
        string before = project.Read("slipway.lock");
        Assert.Contains("projects:\n  - name: mine\n    folder: '.'\n", before, StringComparison.Ordinal);
        Assert.Contains("- name: six\n", before, StringComparison.Ordinal);

        project.Write("mine/__init__.py", "def say():\n    print('second')\n");
        await project.BuildAsync("--locked", "-t", "mine-second");
        Assert.Equal("second\n", await project.ShellAsync("mine-second", "cd / && say"));
        Assert.Equal(before, project.Read("slipway.lock"));
        string[] first = await project.LayersAsync("mine-first"), second = await project.LayersAsync("mine-second");
        Assert.Equal(first[..^2], second[..^2]);
        Assert.Equal(2, second.Except(first).Count());
    }

    [Fact]
    public async Task A_pyproject_with_a_build_system_is_installed_and_a_second_store_makes_the_same_image()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("pyproject.toml", Flit);
        project.Write("mine.py", "\"\"\"Mine.\"\"\"\nimport six\nprint(six.PY3)\n");
        project.Write("slipway.yml", $"base: python:3.11-slim\nindexes: [{project.Index}]\n");
        string id = await project.BuildAsync("-t", "mine-flit");
        Assert.Equal("True\n", await project.ShellAsync("mine-flit", "cd / && python -m mine"));
        Assert.Contains("\"file:///srv/project\"", await project.ShellAsync("mine-flit", "cat /opt/env/lib/python3.11/site-packages/mine-1.0.dist-info/direct_url.json"), StringComparison.Ordinal);
        Cli other = await project.OtherStoreAsync();
        Assert.Equal(id, (await other.RunAsync("build", "-q", "--locked", ".")).Line());
    }

    [Fact]
    public async Task A_folder_of_the_repository_that_requirements_name_is_built()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\n-e ./lib\n");
        project.Write("runtime.txt", "python-3.11");
        project.Write("lib/pyproject.toml", Flit);
        project.Write("lib/mine.py", "\"\"\"Mine.\"\"\"\nimport six\nprint(six.PY3)\n");
        await project.BuildAsync("-t", "mine-folder");
        Assert.Equal("True\n", await project.ShellAsync("mine-folder", "cd / && python -m mine"));
    }

    [Fact]
    public async Task A_build_that_fails_shows_its_log_and_where_the_whole_of_it_is_and_what_compilers_need()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("setup.py", "from setuptools import setup, Extension\nsetup(name='mine', version='1.0', ext_modules=[Extension('mine', ['mine.c'])])\n");
        project.Write("mine.c", "int x;\n");
        project.Write("slipway.yml", $"base: python:3.11-slim\nindexes: [{project.Index}]\n");
        Outcome build = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("this repository's project cannot be built: build_wheel ended with 1", build.Error, StringComparison.Ordinal);
        Assert.Contains("The whole log is in ", build.Error, StringComparison.Ordinal);
        Assert.Contains("apt.txt", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backend_that_no_index_has_and_a_wheel_of_another_name_are_told()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("slipway.yml", $"base: python:3.11-slim\nindexes: [{project.Index}]\n");
        project.Write("pyproject.toml", "[build-system]\nrequires = [\"no-such-backend\"]\nbuild-backend = \"no_such\"\n[project]\nname = \"mine\"\nversion = \"1.0\"\n");
        Outcome missing = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("no-such-backend", missing.Error, StringComparison.Ordinal);

        project.Write("pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n[project]\nname = \"mine\"\nversion = \"1.0\"\n");
        project.Write("backend.py", "def build_wheel(out, settings=None, metadata=None):\n    open(out + '/other-1.0-py3-none-any.whl', 'w').close()\n    return 'other-1.0-py3-none-any.whl'\n");
        Outcome lies = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("'other-1.0-py3-none-any.whl' came of it", lies.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_needs_more_than_its_lock_has_is_told_how_to_lock_it()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("setup.py", "from setuptools import setup\nfrom needs import needs\nsetup(name='mine', version='1.0', py_modules=['mine'], install_requires=needs)\n");
        project.Write("pyproject.toml", "[build-system]\nrequires = [\"setuptools\", \"wheel\"]\nbuild-backend = \"setuptools.build_meta:__legacy__\"\n");
        project.Write("needs.py", "needs = []\n");
        project.Write("mine.py", "");
        project.Write("slipway.yml", $"base: python:3.11-slim\nindexes: [{project.Index}]\n");
        await project.BuildAsync();
        project.Write("needs.py", "needs = ['six']\n");
        Outcome build = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("mine now needs six, which slipway.lock does not have", build.Error, StringComparison.Ordinal);
        await project.Slipway.RunAsync("lock", "--upgrade", "mine", ".");
        await project.BuildAsync("--locked");
    }

    [Fact]
    public async Task A_commit_of_a_repository_is_locked_and_built_and_the_image_says_where_it_came_from()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        using GitServer git = await GitServer.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\nmine @ git+{git.Url()}@main\n");
        project.Write("runtime.txt", "python-3.11");
        string id = await project.BuildAsync("-t", "mine-git");
        string commit = await git.HeadAsync();
        Assert.Contains($"git+{git.Url()}@{commit}", project.Read("slipway.lock").Replace("'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("first\n", await project.ShellAsync("mine-git", "cd / && python -m mine"));
        Assert.Contains($"\"commit_id\":\"{commit}\"", await project.ShellAsync("mine-git", "cat /opt/env/lib/python3.11/site-packages/mine-1.0.dist-info/direct_url.json"), StringComparison.Ordinal);

        await git.CommitAsync("second");
        Assert.Equal(id, await project.BuildAsync("--locked"));
        Cli other = await project.OtherStoreAsync();
        Assert.Equal(id, (await other.RunAsync("build", "-q", "--locked", ".")).Line());
    }
}
