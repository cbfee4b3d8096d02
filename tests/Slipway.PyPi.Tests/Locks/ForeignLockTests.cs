using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Tests.Locks;

public sealed class ForeignLockTests
{
    private static readonly MarkerEnvironment s_linux = new()
    {
        PythonVersion = "3.12", PythonFullVersion = "3.12.1", OsName = "posix", SysPlatform = "linux", PlatformMachine = "x86_64", PlatformSystem = "Linux", PlatformRelease = "6.1", PlatformVersion = "#1",
        PlatformPythonImplementation = "CPython", ImplementationName = "cpython", ImplementationVersion = "3.12.1",
    };

    private const string Uv =
        """
        version = 1
        revision = 3
        requires-python = ">=3.11"
        [[package]]
        name = "app"
        version = "0.1"
        source = { virtual = "." }
        dependencies = [
            { name = "requests", extra = ["socks"] },
            { name = "colorama", marker = "sys_platform == 'win32'" },
            { name = "numpy", version = "1.26.4", source = { registry = "https://index.example/simple" }, marker = "python_full_version < '3.13'" },
            { name = "numpy", version = "2.1.0", source = { registry = "https://index.example/simple" }, marker = "python_full_version >= '3.13'" },
            { name = "tool" },
        ]
        [package.optional-dependencies]
        plot = [{ name = "matplotlib" }]
        [package.dev-dependencies]
        dev = [{ name = "pytest" }]
        [[package]]
        name = "requests"
        version = "2.31.0"
        source = { registry = "https://index.example/simple" }
        dependencies = [{ name = "idna" }]
        sdist = { url = "https://files.example/requests-2.31.0.tar.gz", hash = "sha256:aa", size = 5, upload-time = "2026-01-01T00:00:00Z" }
        wheels = [{ url = "https://files.example/requests-2.31.0-py3-none-any.whl", hash = "sha256:bb", size = 3 }]
        [package.optional-dependencies]
        socks = [{ name = "pysocks" }]
        [[package]]
        name = "idna"
        version = "3.6"
        source = { registry = "https://index.example/simple" }
        [[package]]
        name = "pysocks"
        version = "1.7"
        source = { registry = "https://index.example/simple" }
        [[package]]
        name = "colorama"
        version = "1"
        source = { registry = "https://index.example/simple" }
        [[package]]
        name = "numpy"
        version = "1.26.4"
        source = { registry = "https://index.example/simple" }
        resolution-markers = ["python_full_version < '3.13'"]
        [[package]]
        name = "numpy"
        version = "2.1.0"
        source = { registry = "https://index.example/simple" }
        resolution-markers = ["python_full_version >= '3.13'"]
        [[package]]
        name = "matplotlib"
        version = "3"
        source = { registry = "https://index.example/simple" }
        [[package]]
        name = "pytest"
        version = "8"
        source = { registry = "https://index.example/simple" }
        [[package]]
        name = "tool"
        version = "1"
        source = { git = "https://example.org/tool?subdirectory=py&rev=v1#0123abcd" }
        """;

    private static string Names(IEnumerable<LockedDistribution> packages) => string.Join(' ', packages.Select(p => p.Name + "=" + p.Version));

    [Fact]
    public void The_lock_of_uv_is_followed_from_the_project()
    {
        List<Diagnostic> problems = [];
        ForeignLock read = UvLockReader.Read(new SourceText("uv.lock", Uv), problems)!;
        Assert.Empty(problems);
        Assert.Equal("requests=2.31.0 idna=3.6 pysocks=1.7 numpy=1.26.4 tool=1", Names(read.For(s_linux, [], [])));
        Assert.Equal("requests=2.31.0 idna=3.6 pysocks=1.7 numpy=2.1.0 matplotlib=3 pytest=8 tool=1",
            Names(read.For(s_linux with { PythonFullVersion = "3.13.0", PythonVersion = "3.13" }, [ExtraName.Parse("plot")], ["Dev"])));
        LockedDistribution requests = read.Packages[1].Distribution;
        Assert.Equal("https://files.example/requests-2.31.0-py3-none-any.whl sha256:bb 3", $"{requests.Wheels[0].Url} {requests.Wheels[0].Hashes[0]} {requests.Wheels[0].Size}");
        Assert.Equal("https://example.org/tool v1 0123abcd py", $"{read.Packages[^1].Distribution.Vcs!.Url} {read.Packages[^1].Distribution.Vcs!.RequestedRevision} {read.Packages[^1].Distribution.Vcs!.CommitId} {read.Packages[^1].Distribution.Vcs!.Subdirectory}");
    }

    [Fact]
    public void The_lock_of_poetry_says_for_each_package_where_it_is_wanted()
    {
        List<Diagnostic> problems = [];
        ForeignLock read = PoetryLockReader.Read(new SourceText("poetry.lock",
            """
            [[package]]
            name = "requests"
            version = "2.31.0"
            optional = false
            python-versions = ">=3.7"
            groups = ["main", "dev"]
            files = [
                {file = "requests-2.31.0-py3-none-any.whl", hash = "sha256:aa"},
                {file = "requests-2.31.0.tar.gz", hash = "sha256:bb"},
            ]
            [package.dependencies]
            idna = ">=2.5,<4"
            [[package]]
            name = "colorama"
            version = "0.4"
            optional = false
            groups = ["main"]
            markers = "sys_platform == \"win32\""
            files = []
            [[package]]
            name = "pytest"
            version = "8"
            optional = false
            groups = ["dev"]
            files = []
            [[package]]
            name = "matplotlib"
            version = "3"
            optional = true
            groups = ["main"]
            markers = "extra == \"plot\""
            files = []
            [[package]]
            name = "tool"
            version = "1"
            optional = false
            groups = ["main"]
            files = []
            [package.source]
            type = "git"
            url = "https://example.org/tool"
            reference = "main"
            resolved_reference = "0123"
            [extras]
            plot = ["matplotlib"]
            [metadata]
            lock-version = "2.1"
            python-versions = ">=3.11"
            content-hash = "x"
            """), problems)!;
        Assert.Empty(problems);
        Assert.Equal("requests=2.31.0 tool=1", Names(read.For(s_linux, [], [])));
        Assert.Equal("requests=2.31.0 pytest=8 matplotlib=3 tool=1", Names(read.For(s_linux, [ExtraName.Parse("plot")], ["dev"])));
        Assert.Equal("requests-2.31.0.tar.gz sha256:bb 1", $"{read.Packages[0].Distribution.Sdist!.FileName} {read.Packages[0].Distribution.Sdist!.Hashes[0]} {read.Packages[0].Distribution.Wheels.Count}");
        Assert.Equal("0123", read.Packages[^1].Distribution.Vcs!.CommitId);
    }

    [Fact]
    public void The_lock_of_pipenv_has_categories_and_hashes()
    {
        List<Diagnostic> problems = [];
        ForeignLock read = PipfileLockReader.Read(new SourceText("Pipfile.lock",
            """
            {"_meta": {"hash": {"sha256": "x"}, "pipfile-spec": 6, "requires": {"python_version": "3.11"}, "sources": [{"name": "main", "url": "https://index.example/simple", "verify_ssl": true}]},
             "default": {"requests": {"extras": ["socks"], "hashes": ["sha256:aa", "sha256:bb"], "index": "main", "markers": "python_version >= '3.7'", "version": "==2.31.0"},
                         "colorama": {"version": "==1", "markers": "sys_platform == 'win32'"}, "tool": {"git": "https://example.org/tool", "ref": "0123"}},
             "develop": {"pytest": {"version": "==8"}}}
            """), problems)!;
        Assert.Empty(problems);
        Assert.Equal("==3.11.*", read.RequiresPython!.ToString());
        Assert.Equal("requests=2.31.0 tool=", Names(read.For(s_linux, [], [])));
        Assert.Equal("requests=2.31.0 tool= pytest=8", Names(read.For(s_linux, [], ["develop"])));
        Assert.Equal("sha256:aa sha256:bb", string.Join(' ', read.Packages[0].Hashes));
        Assert.Equal("requests[socks]==2.31.0; python_version >= \"3.7\"", read.Packages[0].ToRequirement().ToString());
    }

    [Theory]
    [InlineData("uv", "version = 2", "lock-version")]
    [InlineData("uv", "version = x", "bad-toml")]
    [InlineData("uv", "version = 1\n[[package]]\nname = 'a'\ndependencies = [{ name = 'b', marker = 'x' }]", "bad-marker")]
    [InlineData("poetry", "a = 1", "lock-version")]
    [InlineData("poetry", "[metadata]\nlock-version = '3.0'", "lock-version")]
    [InlineData("poetry", "[metadata]\nlock-version = '2.0'\n[[package]]\nname = 1", "wrong-kind")]
    [InlineData("pipenv", "{", "bad-json")]
    [InlineData("pipenv", "[]", "no-lock")]
    [InlineData("pipenv", "{\"_meta\": {}, \"default\": {\"a\": 1}}", "bad-package")]
    [InlineData("pipenv", "{\"_meta\": {}, \"default\": {\"a\": {\"version\": \"x\"}}}", "bad-version")]
    public void What_is_no_such_lock_is_refused(string tool, string text, string code)
    {
        List<Diagnostic> problems = [];
        var source = new SourceText("lock", text);
        Assert.Null(tool == "uv" ? UvLockReader.Read(source, problems) : tool == "poetry" ? PoetryLockReader.Read(source, problems) : PipfileLockReader.Read(source, problems));
        Assert.Contains(problems, p => p.Code == code);
    }

    [Fact]
    public void A_Pipfile_asks_for_packages_by_category()
    {
        List<Diagnostic> problems = [];
        Pipfile read = PipfileReader.Read(new SourceText("sub/Pipfile",
            """
            [[source]]
            name = "main"
            url = "https://index.example/simple"
            verify_ssl = true
            [packages]
            requests = { version = ">=2.31", extras = ["socks"], index = "main" }
            numpy = "*"
            pywin = { version = "==1", sys_platform = "== 'win32'", markers = "python_version >= '3'" }
            tool = { git = "https://example.org/tool", ref = "v1", editable = true }
            lib = { path = "../lib", editable = true }
            bad = "=1"
            [dev-packages]
            pytest = ">=8"
            [requires]
            python_version = "3.11"
            """), "sub", problems)!;
        Assert.Equal("bad-versions 11:7", $"{Assert.Single(problems).Code} {problems[0].Position!.Value.Line}:{problems[0].Position!.Value.Column}");
        Assert.Equal("==3.11.*", read.RequiresPython!.ToString());
        Assert.Equal(
            ["requests[socks]>=2.31   main ", "numpy[]    ", "pywin[]==1    sys_platform == \"win32\" and python_version >= \"3\"", "tool[] git+https://example.org/tool@v1   ", "lib[]  lib  ", "bad[]    "],
            read.Categories["packages"].Select(r => $"{r.Name}[{string.Join(',', r.Extras)}]{r.Specifiers} {r.Url} {r.Path} {r.Index} {r.Marker}"));
        Assert.Equal(["pytest"], read.Categories["dev-packages"].Select(r => r.Name!.Value.Value));
    }

    [Theory]
    [InlineData("uv", "version = 1\n[[package]]\nname = 'a'\nsource = { git = 'https://me:secret@x.example' }\nwheels = [{ url = 1, hash = 'https://me:secret@x.example' }]")]
    [InlineData("uv", "version = 1\nurl = https://me:secret@x.example")]
    [InlineData("poetry", "[metadata]\nlock-version = 'https://me:secret@x.example'")]
    [InlineData("pipenv", "{\"_meta\": {}, \"default\": {\"a\": {\"version\": \"https://me:secret@x.example\"}}}")]
    [InlineData("pipenv", "{\"_meta\": https://me:secret@x.example}")]
    public void Nothing_shows_the_password_of_an_address(string tool, string text)
    {
        List<Diagnostic> problems = [];
        var source = new SourceText("lock", text);
        Assert.Null(tool == "uv" ? UvLockReader.Read(source, problems) : tool == "poetry" ? PoetryLockReader.Read(source, problems) : PipfileLockReader.Read(source, problems));
        Assert.NotEmpty(problems);
        Assert.All(problems, p => Assert.DoesNotContain("secret", p + (p.Source?.Text ?? "")));
    }
}
