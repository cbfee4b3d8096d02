using System.Text.RegularExpressions;

namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>Every kind of file that says which Python packages are wanted: built, run, and looked at inside.</summary>
public sealed partial class EnvironmentFileKindTests(World world)
{
    [Fact]
    public async Task Wheels_of_science_work_with_the_system_libraries_that_apt_txt_names()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\nnumpy\npandas\nscipy\n");
        project.Write("apt.txt", "libblas3\nliblapack3\nlibgfortran5\n");
        await project.BuildAsync("-t", "kind-science");
        string said = await project.ShellAsync("kind-science", """
            python -c '
            import numpy, pandas, scipy.linalg
            print(round(float(scipy.linalg.det(numpy.eye(3) * 2)), 3), pandas.DataFrame({"a": [1, 2]}).a.sum())' && pip --python /opt/env/bin/python check
            """);
        Assert.Contains("8.0 3\n", said, StringComparison.Ordinal);
        Assert.Contains("No broken requirements found.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Project_files_and_locks_of_other_tools_say_what_is_installed()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        await project.Slipway.RunAsync("pip", "lock", "-i", project.Index, "--python", "3.11", "-o", "pylock.toml", "six");
        string pylock = project.Read("pylock.toml");
        string version = Value().Match(pylock[pylock.IndexOf("name = \"six\"", StringComparison.Ordinal)..]).Groups["version"].Value;
        string url = Wheel().Match(pylock).Groups["url"].Value, hash = Hash().Match(pylock).Groups["hash"].Value;

        var kinds = new Dictionary<string, string>
        {
            ["pylock.toml"] = pylock,
            ["pyproject.toml"] = $"[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"six=={version}\"]\n\n[[tool.uv.index]]\nurl = \"{project.Index}\"\ndefault = true\n",
            ["Pipfile"] = $"[[source]]\nname = \"pypi\"\nurl = \"{project.Index}\"\nverify_ssl = true\n\n[packages]\nsix = \"=={version}\"\n",
            ["Pipfile.lock"] = $$$"""
                {"_meta": {"hash": {"sha256": "{{{hash}}}"}, "pipfile-spec": 6, "requires": {}, "sources": [{"name": "pypi", "url": "{{{project.Index}}}", "verify_ssl": true}]},
                 "default": {"six": {"hashes": ["sha256:{{{hash}}}"], "index": "pypi", "version": "=={{{version}}}"}}, "develop": {}}
                """,
            ["uv.lock"] = $$"""
                version = 1
                requires-python = ">=3.9"

                [[package]]
                name = "app"
                version = "1"
                source = { virtual = "." }
                dependencies = [{ name = "six" }]

                [[package]]
                name = "six"
                version = "{{version}}"
                source = { registry = "{{project.Index.TrimEnd('/')}}" }
                wheels = [{ url = "{{url}}", hash = "sha256:{{hash}}" }]
                """,
        };
        File.Delete(Path.Combine(project.Folder, "pylock.toml"));
        foreach ((string name, string text) in kinds)
        {
            File.Delete(Path.Combine(project.Folder, "slipway.lock"));
            project.Write(name, text);
            await project.BuildAsync("-t", "kind-lock");
            Assert.Equal($"six {version}\n", await project.ShellAsync("kind-lock", "python -c 'import six; print(six.__name__, six.__version__)'"));
            Assert.Contains($"sha256: {hash}", project.Read("slipway.lock"), StringComparison.Ordinal);
            File.Delete(Path.Combine(project.Folder, name));
        }
    }

    [Fact]
    public async Task A_lock_of_conda_lock_says_what_is_installed()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        await project.Slipway.RunAsync("conda", "lock", "-c", project.Channel, "--glibc", "2.36", "-o", "conda-lock.yml", "python=3.11", "six");
        await project.BuildAsync("-t", "kind-conda");
        string names = await project.ShellAsync("kind-conda", "python -c 'import six; print(six.__name__)'; ls /opt/env/conda-meta");
        Assert.StartsWith("six\n", names, StringComparison.Ordinal);
        string[] locked = [.. CondaUrl().Matches(project.Read("conda-lock.yml")).Select(m => m.Groups["name"].Value + ".json").Order(StringComparer.Ordinal)];
        Assert.Equal(locked, names.Split('\n').Where(n => n.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("version = \"(?<version>[^\"]+)\"")]
    private static partial Regex Value();

    [GeneratedRegex("url = \"(?<url>[^\"]+\\.whl)\"")]
    private static partial Regex Wheel();

    [GeneratedRegex("sha256 = \"(?<hash>[0-9a-f]{64})\"")]
    private static partial Regex Hash();

    [GeneratedRegex(@"url: \S+/(?<name>[^/\s]+?)(\.tar\.bz2|\.conda)\s")]
    private static partial Regex CondaUrl();
}
