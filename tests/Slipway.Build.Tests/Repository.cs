using Slipway.Testing;

namespace Slipway.Build.Tests;

/// <summary>A bare repository made with the machine's git: branch main, an annotated tag, a pull request, a submodule, a folder with an ignore file.</summary>
internal sealed class Repository
{
    private const string Script = """
        set -e; export GIT_CONFIG_GLOBAL=/dev/null; cd "$1"
        commit() { git add -A; git -c user.name=t -c user.email=t@example.org commit -qm "$1"; }
        git init -q -b main inner; cd inner; echo module >module; commit inner; cd ..
        git init -q -b main work; cd work
        mkdir sub; echo below >sub/inner; printf 'FROM scratch\nCOPY . /\n' >sub/Dockerfile; echo hidden >sub/hidden; echo hidden >sub/.dockerignore
        printf 'FROM scratch\nCOPY file /\n' >Dockerfile; echo one >file; commit one
        git -c user.name=t -c user.email=t@example.org tag -a v1 -m v1
        git -c protocol.file.allow=always submodule --quiet add "$1/inner" module; echo two >file; commit two
        git update-ref refs/pull/7/head HEAD
        git rev-parse v1^{commit} HEAD
        git clone -q --mirror . "$1/repository.git"
        """;

    private Repository(string address, string first, string last) => (Address, First, Last) = (address, first, last);

    public string Address { get; }

    /// <summary>The commit of the tag v1.</summary>
    public string First { get; }

    /// <summary>The commit of main.</summary>
    public string Last { get; }

    public string Folder => Address["file://".Length..];

    public static async Task<Repository> MakeAsync(string folder)
    {
        Assert.SkipUnless(Tool.Find("git") is not null, "git is not installed");
        Directory.CreateDirectory(folder);
        string[] commits = (await Tool.RunAsync("bash", ["-c", Script, "bash", folder], TestContext.Current.CancellationToken)).Split('\n');
        return new Repository($"file://{folder}/repository.git", commits[0], commits[1]);
    }
}
