using Slipway.Environments.Capturing;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Environments.Tests.Capturing;

public sealed class EnvironmentCaptureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Of_a_conda_environment_only_what_pip_brought_is_pips()
    {
        Conda("six-1.16.0-pyh_0", """{"name": "six", "version": "1.16.0", "url": "https://conda.anaconda.org/conda-forge/noarch/six-1.16.0-pyh_0.conda", "sha256": "aa", "requested_spec": "six=1.16", "depends": ["python >=3.8"], "files": ["lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA"]}""");
        Conda("zlib-1.3-0", """{"name": "zlib", "version": "1.3", "url": "https://c.example.org/main/linux-64/zlib-1.3-0.conda", "md5": "bb", "requested_spec": "None", "files": []}""");
        Distribution("six", "1.16.0");
        Distribution("rich", "13.3.1", "REQUESTED", "", "Requires-Dist: mdurl\n");
        Distribution("mdurl", "0.1.2");
        CapturedEnvironment read = EnvironmentCapture.Read(_folder.Path);
        Assert.Equal(["six", "zlib"], read.Conda.Select(p => p.Name));
        Assert.Equal(["mdurl", "rich"], read.Python.Select(p => p.Name));
        Assert.Equal("https://c.example.org/main", read.Conda[1].Channel);
        (string name, string text) = Assert.Single(RecipeText.Of(read));
        Assert.Equal("environment.yml", name);
        Assert.Equal("channels:\n  - conda-forge\n  - https://c.example.org/main\ndependencies:\n  - six=1.16\n  - pip:\n    - rich==13.3.1\n", text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..].Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_virtual_environment_has_a_Python_and_its_own_tools_are_left_out()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "pyvenv.cfg"), "home = /usr/bin\nversion = 3.11.7\n");
        Distribution("pip", "24.0");
        Distribution("six", "1.16.0");
        (string Name, string Text)[] files = [.. RecipeText.Of(EnvironmentCapture.Read(_folder.Path))];
        Assert.Equal(("runtime.txt", "python-3.11\n"), files[1]);
        Assert.EndsWith("\nsix==1.16.0\n", files[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("pip==", files[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_cannot_be_had_again_is_told_at_once()
    {
        Conda("local-1-0", """{"name": "local", "version": "1", "url": "", "files": []}""");
        Conda("broken", "{");
        Distribution("mine", "1.0", "direct_url.json", """{"url": "file:///home/me/mine", "dir_info": {"editable": true}}""");
        Distribution("other", "1.0", "direct_url.json", """{"url": "https://git.example.org/other", "vcs_info": {"vcs": "git", "commit_id": "abc"}}""");
        DiagnosticException thrown = Assert.Throws<DiagnosticException>(() => EnvironmentCapture.Read(_folder.Path));
        Assert.Equal(["bad-record", "unknown-origin", "editable", "not-from-an-index"], thrown.Diagnostics.Select(d => d.Code));
    }

    [Fact]
    public void Another_folder_is_no_environment() => Assert.Equal("no-environment", Assert.Throws<DiagnosticException>(() => EnvironmentCapture.Read(_folder.Path)).Diagnostics[0].Code);

    public void Dispose() => _folder.Dispose();

    private void Conda(string name, string json) => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "conda-meta")).FullName, name + ".json"), json);

    private void Distribution(string name, string version, string? file = null, string text = "", string metadata = "")
    {
        string info = Directory.CreateDirectory(Path.Combine(_folder.Path, $"lib/python3.11/site-packages/{name}-{version}.dist-info")).FullName;
        File.WriteAllText(Path.Combine(info, "METADATA"), $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}");
        if (file is not null)
        {
            File.WriteAllText(Path.Combine(info, file), text);
        }
    }
}
