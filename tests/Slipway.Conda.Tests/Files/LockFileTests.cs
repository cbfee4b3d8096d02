using Slipway.Conda.Files;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Tests.Files;

public sealed class LockFileTests
{
    private const string Address = "https://channels.example/conda-forge/linux-64/a-1.0-h1_0.conda";

    [Theory]
    [InlineData(4, "- kind: conda\n  name: a\n  version: '1.0'\n  build: h1_0\n  url: " + Address + "\n  sha256: AB\n  depends:\n  - python >=3.9,<4\n  - zlib\n")]
    [InlineData(6, "- conda: " + Address + "\n  sha256: AB\n  depends:\n  - python >=3.9,<4\n  - zlib\n")]
    public void A_pixi_lock_is_read_whatever_it_leaves_to_the_address(int version, string packages)
    {
        LockedPackage package = Assert.Single(Pixi($"version: {version}\nenvironments:\n  default:\n    channels:\n    - url: https://channels.example/conda-forge/\n    packages:\n      linux-64:\n      - conda: {Address}\npackages:\n{packages}", out LockFile file));
        Assert.Equal(["https://channels.example/conda-forge/"], file.Channels);
        Assert.Equal("a=1.0=h1_0 linux-64 ab", $"{package} {package.Platform} {package.Sha256}");
        Assert.Equal([new("python", ">=3.9,<4"), new("zlib", "")], package.Dependencies);
    }

    [Fact]
    public void Python_packages_of_a_pixi_lock_are_those_of_pip()
    {
        LockedPackage package = Assert.Single(Pixi(
            "version: 6\nenvironments:\n  default:\n    channels: []\n    packages:\n      linux-64:\n      - pypi: https://index.example/six-1.16.0-py2.py3-none-any.whl\npackages:\n- pypi: https://index.example/six-1.16.0-py2.py3-none-any.whl\n  name: six\n  version: 1.16.0\n  requires_dist:\n  - foo[bar]>=1 ; extra == 'x'\n",
            out _));
        Assert.Equal((PackageManager.Pip, "six", "1.16.0"), (package.Manager, package.Name, package.Version));
        Assert.Equal(new("foo", "[bar]>=1 ; extra == 'x'"), package.Dependencies.Single());
    }

    [Theory]
    [InlineData("version: 3\npackage: []\n", "lock-version")]
    [InlineData("version: 6\nenvironments: {test: {packages: {}}}\n", "no-environment")]
    [InlineData("[]", "no-lock")]
    [InlineData("version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n      - conda: https://x.example/odd\n", "incomplete-package")]
    public void A_pixi_lock_that_cannot_be_read_says_why(string text, string code)
    {
        List<Diagnostic> problems = [];
        PixiLockReader.Read(new SourceText("pixi.lock", text), "default", problems);
        Assert.Equal(code, problems.Single().Code);
    }

    [Theory]
    [InlineData("version: 2\nmetadata: {}\npackage: []\n", "lock-version")]
    [InlineData("metadata: {}\n", "no-lock")]
    [InlineData("metadata: {}\npackage:\n- name: a\n  version: 1\n  manager: npm\n  platform: linux-64\n  url: x\n", "bad-value")]
    [InlineData("metadata: {}\npackage:\n- name: a\n  version: 1\n  manager: conda\n  platform: linux-64\n", "incomplete-package")]
    [InlineData("metadata: {}\npackage:\n- {name: a, version: 1, manager: conda, platform: linux-64, url: x, hash: {md5: 12}}\n", "bad-hash")]
    public void A_conda_lock_that_is_wrong_says_where(string text, string code)
    {
        List<Diagnostic> problems = [];
        CondaLockReader.Read(new SourceText("conda-lock.yml", text), problems);
        Assert.Equal(code, problems.Single().Code);
        Assert.NotNull(problems.Single().Position);
    }

    [Theory]
    [InlineData("1.10")]
    [InlineData("3")]
    [InlineData("1_0")]
    [InlineData("no")]
    [InlineData("")]
    [InlineData(">=1,<2")]
    [InlineData("it's")]
    [InlineData("2024-01-01")]
    [InlineData("1e3")]
    public void Texts_that_YAML_could_take_for_something_else_are_quoted(string version)
    {
        var package = new LockedPackage { Name = "a", Version = version, Url = Address, Platform = "linux-64", Dependencies = [new("b", version)] };
        string text = CondaLockWriter.Write(new LockFile { Packages = [package], Platforms = ["linux-64"] });
        Assert.Contains($"  version: '{version.Replace("'", "''", StringComparison.Ordinal)}'\n", text, StringComparison.Ordinal);
        LockedPackage read = CondaLockReader.Read(new SourceText("x", text), new List<Diagnostic>())!.Packages.Single();
        Assert.Equal((version, version), (read.Version, read.Dependencies.Single().Value));
    }

    [Fact]
    public void Variables_in_explicit_lists_are_filled_in_and_missing_ones_told()
    {
        List<Diagnostic> problems = [];
        var source = new SourceText("spec.txt", "@EXPLICIT\nhttps://$HOST/c/linux-64/a-1.0-h1_0.conda\nhttps://${LACKS}/c/linux-64/a-1.0-h1_0.conda\n");
        TextSpecFile file = TextSpecFile.Read(source, name => name == "HOST" ? "channels.example" : null, problems);
        Assert.Equal("https://channels.example/c/linux-64/a-1.0-h1_0.conda", file.Explicit!.Single().Url);
        Assert.Contains("LACKS", problems.Single().Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<LockedPackage> Pixi(string text, out LockFile file)
    {
        List<Diagnostic> problems = [];
        file = PixiLockReader.Read(new SourceText("pixi.lock", text), "default", problems)!;
        Assert.Empty(problems);
        return file.Packages;
    }
}
