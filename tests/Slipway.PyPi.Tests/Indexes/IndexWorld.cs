using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Indexes;

/// <summary>An index on loopback, a store, and a clock.</summary>
internal sealed class IndexWorld : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private HttpPolicy _http;

    public IndexWorld()
    {
        _http = Policy(offline: false);
        Settings = new IndexSettings { Indexes = [Index("simple/", "main")] };
    }

    public IndexServer Server { get; } = new();

    public FakeClock Clock { get; } = new();

    public IndexSettings Settings { get; set; }

    public Dictionary<string, string> Variables { get; } = [];

    public string Netrc { get; set; } = "";

    /// <summary>A folder for the test's files.</summary>
    public string Folder => _folder.Path;

    public static CancellationToken None => TestContext.Current.CancellationToken;

    public string this[string name] => _folder[name];

    public PackageIndex Index(string path, string? name = null) => PackageIndex.Parse(Server.Address + path, name, Folder, _ => null);

    public PythonIndexes Open()
    {
        Func<Uri, HttpPolicy> http = _ => _http;
        NetrcFile netrc = NetrcFile.Parse(new SourceText("netrc", Netrc));
        var access = new IndexAccess(Settings, Variables.GetValueOrDefault, netrc);
        var archives = new ArchiveCache(ArchiveCache.RootIn(_folder["store"]), http, access.Authorize);
        return new PythonIndexes(Settings, new IndexEnvironment
        {
            Store = _folder["store"],
            Http = http,
            Archive = async (file, token) => (await archives.GetAsync(file.ToArchiveSource(), _ => { }, token)).ArchivePath,
            Variable = Variables.GetValueOrDefault,
            Netrc = netrc,
            Folder = Folder,
            Clock = Clock,
        });
    }

    public Task<ProjectFiles> AskAsync(string project) => Open().GetProjectAsync(ProjectName.Parse(project), None);

    public async Task<string[]> NamesAsync(string project) => [.. (await AskAsync(project)).Files.Select(f => f.FileName)];

    public async Task<Diagnostic> FailAsync(string project = "foo") => (await Assert.ThrowsAsync<DiagnosticException>(() => AskAsync(project))).Diagnostics.Single();

    /// <summary>What was asked since the last time.</summary>
    public string[] Asked()
    {
        string[] asked = [.. Server.Requests];
        Server.Requests.Clear();
        return asked;
    }

    public void GoOffline() => _http = Policy(offline: true);

    /// <summary>The page of a project with wheels of these versions.</summary>
    public void Put(string project, params string[] versions) =>
        Server.Html($"simple/{project}/", string.Concat(versions.Select(v => $"<a href=\"/files/{project}-{v}-py3-none-any.whl\">x</a>\n")));

    /// <summary>A wheel with metadata, its directory at its end.</summary>
    public static byte[] Wheel(string name, string version, string metadata = "", int padding = 0, string? folder = null, string? inner = null)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add($"{name}/__init__.py", "");
            if (padding > 0)
            {
                byte[] random = new byte[padding];
                new Random(1).NextBytes(random);
                using Stream data = zip.CreateEntry($"{name}/data.bin", CompressionLevel.NoCompression).Open();
                data.Write(random);
            }

            Add($"{folder ?? $"{name}-{version}.dist-info"}/METADATA", Metadata(inner ?? name, version, metadata));

            void Add(string path, string text)
            {
                using Stream data = zip.CreateEntry(path).Open();
                data.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }

    public static string Metadata(string name, string version, string more = "", string form = "2.1") => $"Metadata-Version: {form}\nName: {name}\nVersion: {version}\n{more}\nA long text.\nRequires-Dist: not-this\n";

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public void Dispose()
    {
        Server.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private static HttpPolicy Policy(bool offline) => new(
        new HttpPolicyOptions { BaseDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero, MaxAttempts = 3, UseProxy = false, Offline = offline }, TimeProvider.System);
}
