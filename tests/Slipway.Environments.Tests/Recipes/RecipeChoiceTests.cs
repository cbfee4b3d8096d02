using Slipway.Build.Contexts;
using Slipway.Environments.Building;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.PyPi.Inputs;
using Slipway.Testing;

namespace Slipway.Environments.Tests.Recipes;

public sealed class RecipeChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_command_line_comes_before_the_settings()
    {
        Write("slipway.yml", "slim: true\nprofile: default\nuser: {name: ada, uid: 1234, gid: 99}\n");
        EnvironmentSettings settings = (await ReadAsync(new RecipeChoice { Slim = false, Jupyter = true, Uid = 2000 })).Settings;
        Assert.Equal((false, true, "ada", 2000u, 2000u), (settings.Slim, settings.Jupyter, settings.UserName, settings.Uid, settings.Gid));
    }

    [Theory]
    [InlineData("profile: slim", true)]
    [InlineData("slim: true", true)]
    [InlineData("profile: default", false)]
    public async Task A_profile_is_a_named_layout(string text, bool isSlim)
    {
        Write("slipway.yml", text + "\nuser: ada\n");
        var profile = ImageProfile.Of((await ReadAsync()).Settings);
        Assert.Equal((isSlim, "/opt/env", "/home/ada"), (profile.IsSlim, profile.Layout.Prefix, profile.Layout.Home));
    }

    [Fact]
    public async Task A_profile_that_is_not_known_is_an_error_that_lists_those_there_are()
    {
        Write("slipway.yml", "base: debian\nprofile: tiny\n");
        Diagnostic error = await FailAsync(RecipeChoice.None);
        Assert.Equal(("unknown-profile", 2, "there are default and slim"), (error.Code, error.Position!.Value.Line, error.Help));
    }

    [Fact]
    public async Task A_file_that_is_chosen_stands_alone_with_a_lock_of_its_own_unless_it_would_be_found_anyway()
    {
        Write("environment.yml", "dependencies: [numpy]");
        Write("gpu.yml", "dependencies: [pytorch]");
        Write("requirements.txt", "six");
        EnvironmentRecipe gpu = await ReadAsync(new RecipeChoice { File = "gpu.yml" });
        Assert.Equal(("gpu.yml", "gpu.slipway.lock"), (gpu.Conda!.Path, gpu.LockName));
        Assert.Empty(gpu.Warnings);
        EnvironmentRecipe python = await ReadAsync(new RecipeChoice { File = "requirements.txt" });
        Assert.Equal((null, "requirements.txt", "requirements.slipway.lock"), (python.Conda?.Path, python.Python!.Path, python.LockName));
        Assert.Equal("slipway.lock", (await ReadAsync(new RecipeChoice { File = "environment.yml" })).LockName);
        Assert.Equal("no-such-file", (await FailAsync(new RecipeChoice { File = "other.yml" })).Code);
    }

    [Theory]
    [InlineData("gpu.yml", null, true)]
    [InlineData("dev-requirements.txt", null, true)]
    [InlineData("pylock.gpu.toml", null, true)]
    [InlineData("conda-linux-64.lock", null, true)]
    [InlineData("list.txt", "# from conda\n@EXPLICIT\nhttps://a/b-1-0.conda", true)]
    [InlineData("Dockerfile", null, false)]
    [InlineData("docker.txt", "FROM debian", false)]
    public void Names_say_whether_a_file_is_of_an_environment(string name, string? text, bool isOne) => Assert.Equal(isOne, PackageFiles.IsOne(name, () => text));

    [Fact]
    public async Task Explicit_lists_come_before_an_environment_file_one_for_each_platform()
    {
        Write("environment.yml", "dependencies: [numpy]");
        Write("conda-linux-64.lock", "@EXPLICIT\nhttps://c.example.org/linux-64/a-1-0.conda#" + new string('a', 32));
        Write("conda-linux-aarch64.lock", "@EXPLICIT\nhttps://c.example.org/linux-aarch64/a-1-0.conda#" + new string('b', 32));
        EnvironmentRecipe recipe = await ReadAsync();
        Assert.Equal(["linux-64", "linux-aarch64"], recipe.CondaLists.Keys);
        Assert.Contains(recipe.Warnings, w => w.Message.Contains("environment.yml is not used: conda-linux-64.lock says the exact packages", StringComparison.Ordinal));
        Assert.Equal(new string('b', 32), Assert.Single(Wish(recipe, "linux/arm64", out _).Exact!).Md5);
        Wish(recipe, "linux/s390x", out List<Diagnostic> problems);
        Assert.Equal("other-platform", Assert.Single(problems).Code);
    }

    [Theory]
    [InlineData("explicit.txt")]
    [InlineData("spec-file.txt")]
    [InlineData("environment.txt")]
    public async Task A_list_counts_only_when_it_is_explicit(string name)
    {
        Write("environment.yml", "dependencies: [numpy]");
        Write(name, "numpy\n");
        Assert.Equal("environment.yml", (await ReadAsync()).Conda!.Path);
        Write(name, "@EXPLICIT\nhttps://c.example.org/noarch/a-1-0.conda\n");
        EnvironmentRecipe recipe = await ReadAsync();
        Assert.Equal(name, recipe.Conda!.Path);
        Wish(recipe, "linux/amd64", out List<Diagnostic> problems);
        Assert.Equal(("no-hash", 2), (problems[0].Code, problems[0].Position!.Value.Line));
    }

    [Fact]
    public async Task The_lock_of_poetry_comes_before_a_requirements_file()
    {
        Write("requirements.txt", "six");
        Write("poetry.lock", "");
        Assert.Equal(PythonFileKind.PoetryLock, (await ReadAsync()).Python!.Kind);
    }

    [Fact]
    public async Task JupyterLab_that_an_exact_list_has_not_is_an_error()
    {
        Write("explicit.txt", "@EXPLICIT\nhttps://c.example.org/noarch/a-1-0.conda#" + new string('a', 32));
        Wish(await ReadAsync(new RecipeChoice { Jupyter = true }), "linux/amd64", out List<Diagnostic> problems);
        Assert.Equal("jupyter-not-locked", Assert.Single(problems).Code);
    }

    [Fact]
    public async Task JupyterLab_is_wanted_together_with_the_rest()
    {
        Write("environment.yml", "dependencies: [python=3.11]");
        Assert.Equal(["python=3.11", "jupyterlab"], Wish(await ReadAsync(new RecipeChoice { Jupyter = true }), "linux/amd64", out _).Specs.Select(s => s.ToString()));
    }

    public void Dispose() => _folder.Dispose();

    private static CondaWish Wish(EnvironmentRecipe recipe, string platform, out List<Diagnostic> problems) => CondaWish.Of(recipe, Platform.Parse(platform), _ => null, problems = []);

    private async Task<EnvironmentRecipe> ReadAsync(RecipeChoice? choice = null) =>
        (await RepositoryReader.ReadAsync(Tree(), path => path, choice ?? RecipeChoice.None, TestContext.Current.CancellationToken))!;

    private async Task<Diagnostic> FailAsync(RecipeChoice choice) =>
        (await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync(choice))).Diagnostics.First(d => d.Severity == Severity.Error);

    private LocalContext Tree() => new(_folder.Path, null, StatCache.Load(Path.Combine(_folder.Path, ".stat"), _folder.Path, TimeProvider.System));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.Path, name), text);
}
