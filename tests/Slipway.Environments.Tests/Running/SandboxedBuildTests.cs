using Slipway.Environments.Running;
using Slipway.Foundation.Text;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.Sandbox.Hosts;
using Slipway.Testing;

namespace Slipway.Environments.Tests.Running;

/// <summary>A project is built by this machine's Python, which sees nothing of the machine but its programs.</summary>
public sealed class SandboxedBuildTests : IDisposable
{
    private const string Program = "/usr/bin/python3.11";

    // Tells what it can see, and fails if it could reach anything.
    private const string Backend = """
        import os, socket, zipfile, hashlib, base64
        def build_wheel(out, settings=None, metadata_directory=None):
            try:
                socket.create_connection(("127.0.0.1", 9), 1)
            except OSError as e:
                print("network:", e)
            body = {
                "tool/seen.py": "cwd, root, interfaces = %r, %r, %r\n" % (os.getcwd(), sorted(os.listdir("/root")), sorted(name for _, name in socket.if_nameindex())),
                "tool-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tool\nVersion: 1.0\n",
                "tool-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            }
            record = ""
            with zipfile.ZipFile(os.path.join(out, "tool-1.0-py3-none-any.whl"), "w") as z:
                for path, text in body.items():
                    z.writestr(zipfile.ZipInfo(path), text)
                    record += "%s,sha256=%s,%d\n" % (path, base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("="), len(text))
                z.writestr(zipfile.ZipInfo("tool-1.0.dist-info/RECORD"), record + "tool-1.0.dist-info/RECORD,,\n")
            return "tool-1.0-py3-none-any.whl"
        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_build_sees_neither_home_nor_network_and_gives_the_same_bytes_each_time()
    {
        if (!File.Exists(Program) || Environment.UserName != "root")
        {
            Assert.Skip($"{Program} is not there, or this is not root");
        }

        SandboxHost host;
        try
        {
            host = await SandboxHost.DetectAsync(Token);
        }
        catch (DiagnosticException e)
        {
            Assert.Skip("there is no sandbox: " + e.Message);
            return;
        }

        string project = Directory.CreateDirectory(_folder["project"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "backend.py"), Backend, Token);
        await File.WriteAllTextAsync(Path.Combine(project, "pyproject.toml"), "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n", Token);
        var python = new BasePython
        {
            Target = new PythonTarget(PythonVersion.Parse("3.11.2"), new LibC(LibCKind.Glibc, 2, 36), "x86_64"),
            Executable = "/usr/bin/python3",
            Program = Program,
            Prefix = "/usr",
            StandardLibrary = "/usr/lib/python3.11",
        };
        var digests = new List<string>();
        foreach (string cache in new[] { "one", "two" })
        {
            var runner = new SandboxedEnvironment(host, null, "/", Directory.CreateDirectory(_folder["scratch-" + cache]).FullName);
            var builder = new SourceBuilder(python, runner, (_, _) => throw new InvalidOperationException("it needs nothing"), _folder[cache], Directory.CreateDirectory(_folder["builds-" + cache]).FullName);
            BuiltWheel built = await builder.BuildAsync(BuildSource.OfFolder(project, Token), Token);
            digests.Add(built.Digest.Hex);
            using var wheel = PyPi.Wheels.WheelArchive.Open(built.Path, _folder["spool-" + cache], heal: false, Token);
            using var text = new StreamReader(wheel.Open("tool/seen.py")!);
            Assert.Equal("cwd, root, interfaces = '/slipway-build/source', [], ['lo']\n", await text.ReadToEndAsync(Token));
        }

        Assert.Single(digests.Distinct());
    }
}
