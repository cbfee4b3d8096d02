using Slipway.Build.Contexts;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Testing;

namespace Slipway.Environments.Tests.Locking;

/// <summary>What a repository's files ask for of Python packages, and what makes a lock another one.</summary>
public sealed class PythonWishTests : IDisposable
{
    private const string Project = "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"six\"]\n";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("[tool.uv]\nexclude-dependencies = [\"six\"]\n")]
    [InlineData("[tool.uv]\nconstraint-dependencies = [\"six<2\"]\n")]
    [InlineData("[tool.uv]\noverride-dependencies = [\"six<2\"]\n")]
    [InlineData("[tool.uv.sources]\nsix = { index = \"own\" }\n[[tool.uv.index]]\nname = \"own\"\nurl = \"https://own.example/simple\"\nexplicit = true\n")]
    [InlineData("[tool.uv.sources]\nsix = { git = \"https://git.example/six\" }\n")]
    public async Task What_uv_is_told_makes_another_lock(string settings)
    {
        Write("pyproject.toml", Project);
        Digest before = Describe(await ReadAsync());
        Write("pyproject.toml", Project + "# a comment is nothing\n");
        Assert.Equal(before, Describe(await ReadAsync()));
        Write("pyproject.toml", Project + settings);
        Assert.NotEqual(before, Describe(await ReadAsync()));
    }

    [Fact]
    public async Task A_wheel_of_the_repository_counts_by_its_bytes()
    {
        Write("requirements.txt", "./wheels/six-1-py3-none-any.whl\n");
        Write("wheels/six-1-py3-none-any.whl", "a");
        Digest before = Describe(await ReadAsync());
        Write("wheels/six-1-py3-none-any.whl", "b");
        Assert.NotEqual(before, Describe(await ReadAsync()));
    }

    [Fact]
    public async Task The_development_packages_of_pipenv_come_along_from_its_lock_as_from_its_file()
    {
        Write("Pipfile", "[packages]\nsix = \"*\"\n[dev-packages]\nclick = \"*\"\n");
        Assert.Equal(["six", "click"], (await ReadAsync()).Input.File.Requirements.Select(r => r.Name!.Value.Value));
        Write("Pipfile.lock", """{"_meta": {"sources": []}, "default": {"six": {"version": "==1"}}, "develop": {"click": {"version": "==8"}}}""");
        PythonWish locked = await ReadAsync();
        Assert.True(locked.Input.Lock!.Choice.WithDevelopment);
        Assert.Empty(locked.Input.File.Requirements);
    }

    [Fact]
    public async Task Requirements_with_hashes_may_have_the_project_beside_them()
    {
        Write("requirements.txt", $"six==1 --hash=sha256:{new string('a', 64)}\n");
        Write("pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = \"b\"\n" + Project);
        PythonWish wish = await ReadAsync();
        Assert.Equal("x", Assert.Single(wish.Projects).Name!.Value.Value);
        Assert.Equal(["six==1", "six"], wish.Input.File.Requirements.Select(r => r.Text));
        Write("requirements.txt", "-e .\n");
        Assert.Single((await ReadAsync()).Projects);
    }

    [Fact]
    public async Task Folders_of_a_lock_are_projects_of_the_repository_seen_from_the_lock()
    {
        Write("binder/pylock.toml", "lock-version = \"1.0\"\ncreated-by = \"t\"\n[[packages]]\nname = \"lib\"\n[packages.directory]\npath = \"../lib\"\n");
        Write("lib/setup.py", "");
        Assert.Equal("lib", Assert.Single((await ReadAsync()).Projects).Folder);
        Write("binder/pylock.toml", "lock-version = \"1.0\"\ncreated-by = \"t\"\n[[packages]]\nname = \"lib\"\n[packages.directory]\npath = \"../../lib\"\n");
        Assert.Equal("outside-project", (await Assert.ThrowsAsync<DiagnosticException>(ReadAsync)).Diagnostics[0].Code);
    }

    [Theory]
    [InlineData("environment-gpu.yml", false)]
    [InlineData("requirements-dev.txt", true)]
    [InlineData("requirements.in", true)]
    [InlineData("pylock.dev.toml", true)]
    [InlineData("setup.cfg", true)]
    [InlineData("tool.py", true)]
    [InlineData("setup.py", true)]
    public void A_file_that_says_which_packages_are_wanted_is_told_by_its_name(string name, bool isPython)
    {
        Assert.True(PackageFiles.IsOne(name, () => null));
        Assert.Equal(isPython, PackageFiles.KindOf(name, () => null)!.Value.Python is not null);
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("Dockerfile.txt")]
    [InlineData("apt.txt")]
    [InlineData("slipway.yml")]
    public void Other_files_are_none_of_them(string name) => Assert.False(PackageFiles.IsOne(name, () => "FROM scratch"));

    public void Dispose() => _folder.Dispose();

    private static Digest Describe(PythonWish wish)
    {
        var key = new KeyBuilder();
        wish.Describe(key);
        return key.ToDigest();
    }

    private async Task<PythonWish> ReadAsync()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var tree = new LocalContext(_folder.Path, null, StatCache.Load(Path.Combine(_folder.Path, ".stat"), _folder.Path, TimeProvider.System));
        EnvironmentRecipe recipe = (await RepositoryReader.ReadAsync(tree, path => path, RecipeChoice.None, cancellationToken))!;
        List<Diagnostic> problems = [];
        PythonWish wish = await PythonWish.ReadAsync(recipe, CondaWish.Of(recipe, Platform.Parse("linux/amd64"), _ => null, problems), new TreeFiles(tree), _ => null, problems, cancellationToken);
        return problems.Any(p => p.Severity == Severity.Error) ? throw new DiagnosticException(problems) : wish;
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
