using System.Diagnostics;
using System.Text.Json;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.Packages.Entries;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Tests.Wheels;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Builds;

/// <summary>Builds with this machine's Python and no sandbox, which is for the tests of the whole program.</summary>
public sealed class SourceBuilderTests : IDisposable
{
    // A backend in the project itself, which needs a wheel that says its version.
    private const string Backend = """
        import os, zipfile, hashlib, base64
        def get_requires_for_build_wheel(settings=None):
            return ["helper>=1"] if not os.environ.get("NEVER") else []
        def _files(settings):
            import helper
            body = {"tool/__init__.py": "version = %r\n" % helper.version}
            if settings and settings.get("fail"):
                print("a word about it")
                raise SystemExit(3)
            body["tool-1.0.dist-info/METADATA"] = "Metadata-Version: 2.1\nName: tool\nVersion: 1.0\nRequires-Dist: six\n"
            body["tool-1.0.dist-info/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            return body
        def build_wheel(out, settings=None, metadata_directory=None):
            body, record = _files(settings), ""
            name = "tool-1.0-py3-none-any.whl" if not (settings or {}).get("lie") else "../tool-1.0-py3-none-any.whl"
            with zipfile.ZipFile(os.path.join(out, os.path.basename(name)), "w") as z:
                for path, text in body.items():
                    z.writestr(path, text)
                    record += "%s,sha256=%s,%d\n" % (path, base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("="), len(text))
                z.writestr("tool-1.0.dist-info/RECORD", record + "tool-1.0.dist-info/RECORD,,\n")
            return name
        """;

    private readonly WheelWorld _world = new();
    private int _solved, _run;

    private static CancellationToken Token => WheelWorld.Token;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_project_is_built_with_what_its_backend_wants_and_only_once()
    {
        SourceBuilder builder = await BuilderAsync();
        BuildSource source = Project(dynamic: true);
        BuiltWheel first = await builder.BuildAsync(source, Token);
        Assert.Equal("tool-1.0-py3-none-any.whl", first.FileName);
        WheelArchive wheel = _world.Open(first.Path);
        using (var reader = new StreamReader(wheel.Open("tool/__init__.py")!))
        {
            Assert.Equal("version = 7\n", await reader.ReadToEndAsync(Token));
        }

        int run = _run;
        BuiltWheel second = await builder.BuildAsync(source, Token);
        Assert.Equal((first.Path, first.Digest, run), (second.Path, second.Digest, _run));
        Assert.Contains("build_wheel of backend", await File.ReadAllTextAsync(second.LogPath, Token), StringComparison.Ordinal);
        await builder.BuildAsync(source with { Settings = new Dictionary<string, IReadOnlyList<string>> { ["x"] = ["y"] } }, Token);
        Assert.True(_run > run);
    }

    [Fact]
    public async Task Metadata_come_from_the_backend_when_the_files_leave_them_open()
    {
        SourceBuilder builder = await BuilderAsync();
        BuildSource source = Project(dynamic: true);
        Assert.Equal("six", Assert.Single((await builder.GetMetadataAsync(source, Token)).RequiresDist).ToString());
    }

    [Fact]
    public async Task Static_metadata_need_no_build()
    {
        SourceBuilder builder = await BuilderAsync();
        var metadata = await builder.GetMetadataAsync(Project(dynamic: false), Token);
        Assert.Equal(["requests>=2", "pytest; extra == \"test\""], metadata.RequiresDist.Select(requirement => requirement.ToString().Replace(" ;", ";", StringComparison.Ordinal)));
        Assert.Equal((0, 0), (_run, _solved));
    }

    [Fact]
    public async Task A_build_that_fails_shows_the_end_of_its_log_and_keeps_all_of_it()
    {
        SourceBuilder builder = await BuilderAsync();
        BuildSource source = Project(dynamic: true) with { Settings = new Dictionary<string, IReadOnlyList<string>> { ["fail"] = ["1"] } };
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => builder.BuildAsync(source, Token));
        Assert.Equal("build-failed", refused.Diagnostics[0].Code);
        Assert.Contains("build_wheel ended with 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("a word about it", refused.Message, StringComparison.Ordinal);
        Assert.Contains("build.log", refused.Diagnostics[0].Help, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_world["builds"]));
    }

    [Fact]
    public async Task A_backend_that_lies_about_what_it_made_is_refused()
    {
        SourceBuilder builder = await BuilderAsync();
        BuildSource lie = Project(dynamic: true) with { Settings = new Dictionary<string, IReadOnlyList<string>> { ["lie"] = ["1"] } };
        Assert.Equal("build-failed", (await Assert.ThrowsAsync<DiagnosticException>(() => builder.BuildAsync(lie, Token))).Diagnostics[0].Code);
        BuildSource other = Project(dynamic: true) with { Version = PythonVersion.Parse("2.0") };
        Assert.Equal("wrong-build", (await Assert.ThrowsAsync<DiagnosticException>(() => builder.BuildAsync(other, Token))).Diagnostics[0].Code);
    }

    private BuildSource Project(bool dynamic)
    {
        string folder = Directory.CreateDirectory(_world["project/_build"]).Parent!.FullName;
        File.WriteAllText(Path.Combine(folder, "_build/backend.py"), Backend);
        File.WriteAllText(Path.Combine(folder, "pyproject.toml"), $"""
            [build-system]
            requires = []
            build-backend = "backend"
            backend-path = ["_build"]
            [project]
            name = "tool"
            version = "1.0"
            {(dynamic ? "dynamic = [\"dependencies\"]" : "dependencies = [\"requests>=2\"]\n[project.optional-dependencies]\ntest = [\"pytest\"]")}
            """);
        return BuildSource.OfFolder(folder, Token) with { Project = ProjectName.Parse("tool") };
    }

    private async Task<SourceBuilder> BuilderAsync()
    {
        if (Tool.Find("python3") is null)
        {
            Assert.Skip("python3 is not installed");
        }

        using var told = JsonDocument.Parse(await Tool.RunAsync("python3", ["-c", "import sys, json, os; print(json.dumps([os.path.realpath(getattr(sys, '_base_executable', sys.executable)), '%d.%d.%d' % sys.version_info[:3]]))"], Token));
        string program = told.RootElement[0].GetString()!;
        var python = new BasePython
        {
            Target = new PythonTarget(PythonVersion.Parse(told.RootElement[1].GetString()!), WheelWorld.Target.LibC, "x86_64"),
            Executable = program,
            Program = program,
            Prefix = Path.GetDirectoryName(Path.GetDirectoryName(program))!,
            StandardLibrary = "/",
        };
        string helper = new WheelBuilder("helper").File("helper.py", "version = 7\n").Write(_world.Wheels);
        return new SourceBuilder(
            python, new Direct(this),
            async (requirements, token) =>
            {
                _solved++;
                Assert.Equal(["helper>=1"], requirements.Select(requirement => requirement.ToString()));
                return [new BuildWheel((await _world.FetchAsync(shares: false, helper))[0], Slipway.Foundation.Hashing.Digest.FromSha256(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(helper, token))), new ArchiveSource { FileName = Path.GetFileName(helper), Url = helper, StoredName = "package.whl" })];
            },
            _world["cache/builds-v1"], Directory.CreateDirectory(_world["builds"]).FullName) { InsideRoot = null };
    }

    private sealed class Direct(SourceBuilderTests tests) : IEnvironmentRunner
    {
        public async Task<(int ExitCode, string Error)> RunAsync(EnvironmentCommand command, CancellationToken cancellationToken)
        {
            tests._run++;
            var start = new ProcessStartInfo(command.Arguments[0], command.Arguments.Skip(1)) { WorkingDirectory = command.WorkingDirectory, RedirectStandardError = true, RedirectStandardOutput = true };
            start.Environment.Clear();
            foreach ((string name, string value) in command.Variables)
            {
                start.Environment[name] = value;
            }

            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken), error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
    }
}
