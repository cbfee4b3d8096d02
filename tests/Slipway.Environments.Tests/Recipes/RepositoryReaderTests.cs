using Slipway.Build.Contexts;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Text;
using Slipway.PyPi.Inputs;
using Slipway.Testing;

namespace Slipway.Environments.Tests.Recipes;

public sealed class RepositoryReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task An_environment_file_comes_before_a_requirements_file_and_the_reader_is_told()
    {
        Write("environment.yml", "dependencies: [numpy]");
        Write("requirements.txt", "numpy");
        EnvironmentRecipe recipe = await ReadAsync();
        Assert.Equal("environment.yml", recipe.Conda!.Path);
        Assert.Null(recipe.Python);
        Assert.Contains(recipe.Files, f => f is { Path: "requirements.txt", Use: RecipeUse.Ignored });
        Assert.Contains(recipe.Warnings, w => w.Code == "not-used" && w.Message.Contains("requirements.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lock_comes_before_what_it_was_made_from()
    {
        Write("environment.yml", "dependencies: [numpy]");
        Write("conda-lock.yml", "version: 1");
        EnvironmentRecipe recipe = await ReadAsync();
        Assert.Equal("conda-lock.yml", recipe.Conda!.Path);
    }

    [Theory]
    [InlineData("binder")]
    [InlineData(".binder")]
    public async Task A_binder_folder_hides_the_files_of_the_repository(string name)
    {
        Write("environment.yml", "dependencies: [numpy]");
        Write("setup.py", "");
        Write(name + "/requirements.txt", "six");
        EnvironmentRecipe recipe = await ReadAsync();
        Assert.Null(recipe.Conda);
        Assert.Equal(PythonFileKind.Requirements, recipe.Python!.Kind);
        Assert.Equal(name + "/requirements.txt", recipe.Python.File.Path);
    }

    [Fact]
    public async Task Two_binder_folders_are_an_error()
    {
        Write("binder/requirements.txt", "");
        Write(".binder/requirements.txt", "");
        Assert.Equal("two-folders", (await FailAsync()).Code);
    }

    [Theory]
    [InlineData("python-3.11", "3.11")]
    [InlineData("python-3", "3")]
    [InlineData("python-3.9-2024-01-31", "3.9")]
    public async Task Runtime_says_which_python(string text, string version)
    {
        Write("runtime.txt", text + "\n");
        Assert.Equal(version, (await ReadAsync()).PythonVersion);
    }

    [Theory]
    [InlineData("r-4.1-2022-01-01")]
    [InlineData("r-2022-01-01")]
    public async Task Runtime_says_that_it_is_R(string text)
    {
        Write("runtime.txt", text);
        Assert.True((await ReadAsync()).WantsR);
    }

    [Fact]
    public async Task A_runtime_that_names_neither_is_an_error_with_its_place()
    {
        Write("runtime.txt", "julia-1.9\n");
        Diagnostic error = await FailAsync();
        Assert.Equal(("bad-runtime", 1), (error.Code, error.Position!.Value.Line));
    }

    [Fact]
    public async Task System_packages_are_read_without_comments_sorted_and_with_versions()
    {
        Write("apt.txt", "# tools\nzlib1g  # compression\n\ngit=1:2.39.5-0+deb12u2 curl\n");
        Assert.Equal(["curl", "git=1:2.39.5-0+deb12u2", "zlib1g"], (await ReadAsync()).Apt.Select(p => p.Version is null ? p.Name : $"{p.Name}={p.Version}"));
    }

    [Fact]
    public async Task What_is_no_name_of_a_system_package_is_an_error_with_its_place_and_never_reaches_a_shell()
    {
        Write("apt.txt", "curl\n; rm -rf /\n$(id)\n");
        DiagnosticException thrown = await Assert.ThrowsAsync<DiagnosticException>(ReadAsync);
        Assert.Equal([2, 2, 2, 3], [.. thrown.Diagnostics.Where(d => d.Code == "bad-apt-package").Select(d => d.Position!.Value.Line).Order()]);
    }

    [Fact]
    public async Task Only_a_pyproject_file_with_a_project_in_it_counts()
    {
        Write("pyproject.toml", "[tool.ruff]\n");
        Assert.Null(await RepositoryReader.ReadAsync(Tree(), path => path, RecipeChoice.None, TestContext.Current.CancellationToken));
        Write("pyproject.toml", "[project]\nname = 'a'\n");
        Assert.Equal(PythonFileKind.PyProject, (await ReadAsync()).Python!.Kind);
    }

    [Theory]
    [InlineData("setup.py", "", "requirements.txt", true)]
    [InlineData("pyproject.toml", "[build-system]\n[project]\nname = 'a'\n", "requirements.txt", true)]
    [InlineData("pyproject.toml", "[project]\nname = 'a'\n", "requirements.txt", false)]
    [InlineData("setup.py", "", "Pipfile", false)]
    [InlineData("setup.py", "", "poetry.lock", false)]
    [InlineData("setup.py", "", "environment.yml", false)]
    public async Task The_project_itself_is_installed_besides_what_a_requirements_file_asks_for_and_what_is_not_installed_is_told(string project, string text, string other, bool isInstalled)
    {
        Write(project, text);
        Write(other, "");
        EnvironmentRecipe recipe = await ReadAsync();
        Assert.Equal(isInstalled ? project : null, recipe.Project?.Path);
        RecipeFile file = recipe.Files.Single(f => f.Path == project);
        Assert.Equal(isInstalled ? RecipeUse.Python : RecipeUse.Ignored, file.Use);
        Assert.Contains(isInstalled ? "is installed, too" : "project", file.Reason, StringComparison.Ordinal);
        Assert.Equal(!isInstalled, recipe.Warnings.Any(w => w.Code == "not-used"));
    }

    [Fact]
    public async Task Both_files_of_a_project_are_one_and_a_folder_for_the_environment_says_that_it_is_not_installed()
    {
        Write("pyproject.toml", "[build-system]\n[project]\nname = 'a'\n");
        Write("setup.py", "");
        Assert.Empty((await ReadAsync()).Warnings);
        Write("requirements.txt", "");
        EnvironmentRecipe both = await ReadAsync();
        Assert.Empty(both.Warnings);
        Assert.Equal(PythonFileKind.PyProject, both.Project!.Kind);
        Write("binder/requirements.txt", "");
        Assert.Null((await ReadAsync()).Project);
    }

    [Fact]
    public async Task A_repository_that_says_nothing_is_no_recipe()
    {
        Write("main.py", "");
        Assert.Null(await RepositoryReader.ReadAsync(Tree(), path => path, RecipeChoice.None, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task All_mistakes_of_the_settings_are_told_at_once()
    {
        Write("slipway.yml", "bas: debian\nuser: {name: root, uid: 0}\njupyter: maybe\nvariables: {2x: a}\n");
        DiagnosticException thrown = await Assert.ThrowsAsync<DiagnosticException>(ReadAsync);
        Assert.Equal(["bad-value", "bad-variable", "root-user", "root-user", "unknown-key"], thrown.Diagnostics.Select(d => d.Code).Order(StringComparer.Ordinal));
        Assert.Contains(thrown.Diagnostics, d => d.Help == "did you mean 'base'?");
    }

    [Fact]
    public async Task Settings_are_read()
    {
        Write("slipway.yml", "base: debian:12\nplatforms: [linux/amd64, linux/arm64]\nuser: {name: ada, uid: 1234}\nchannels: conda-forge\ncuda: '12.4'\ncommand: [python, main.py]\nvariables: {A: b}\nexclude-newer: 2024-05-31\n");
        EnvironmentSettings settings = (await ReadAsync()).Settings;
        Assert.Equal(("debian:12", "ada", 1234u, 1234u, "12.4"), (settings.Base, settings.UserName, settings.Uid, settings.Gid, settings.Cuda));
        Assert.Equal(["linux/amd64", "linux/arm64"], settings.Platforms);
        Assert.Equal(["conda-forge"], settings.Channels);
        Assert.Equal(["python", "main.py"], settings.Command);
        Assert.Equal(new DateTimeOffset(2024, 6, 1, 0, 0, 0, TimeSpan.Zero), settings.ExcludeNewer); // the day itself still counts
    }

    public void Dispose() => _folder.Dispose();

    private async Task<EnvironmentRecipe> ReadAsync() => (await RepositoryReader.ReadAsync(Tree(), path => path, RecipeChoice.None, TestContext.Current.CancellationToken))!;

    private async Task<Diagnostic> FailAsync() => (await Assert.ThrowsAsync<DiagnosticException>(ReadAsync)).Diagnostics.First(d => d.Severity == Severity.Error);

    private LocalContext Tree() => new(_folder.Path, null, StatCache.Load(Path.Combine(_folder.Path, ".stat"), _folder.Path, TimeProvider.System));

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
