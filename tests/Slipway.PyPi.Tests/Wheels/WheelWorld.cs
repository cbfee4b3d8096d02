using System.Security.Cryptography;
using Slipway.Foundation.Http;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.Packages.Archives;
using Slipway.Packages.Entries;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Wheels;

/// <summary>A folder for wheels, a cache and environments.</summary>
internal sealed class WheelWorld : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _opened = [];
    private ImageStore? _store;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string this[string name] => _folder[name];

    public string Wheels => Directory.CreateDirectory(_folder["wheels"]).FullName;

    public static PythonTarget Target { get; } = new(PythonVersion.Parse("3.11.2"), new LibC(LibCKind.Glibc, 2, 36), "x86_64");

    public ArchiveCache Cache => new(_folder["cache"], _ => throw new HttpFailureException(HttpFailure.Offline, new Uri("http://nowhere"), "no network here"), _ => { });

    public WheelArchive Open(string path, bool heal = false)
    {
        var wheel = WheelArchive.Open(path, _folder[$"spool{_opened.Count}"], heal, Token);
        _opened.Add(wheel);
        return wheel;
    }

    public WheelArchive Open(WheelBuilder builder, bool heal = false) => Open(builder.Write(Wheels), heal);

    public async Task<IReadOnlyList<WheelArchive>> FetchAsync(bool shares, params string[] paths)
    {
        IReadOnlyList<WheelArchive> wheels = await new WheelFetcher(Cache, Wheels) { Shares = shares }.FetchAsync([.. paths.Select(SourceOf)], Token);
        _opened.AddRange(wheels);
        return wheels;
    }

    public static ArchiveSource SourceOf(string path) => new()
    {
        FileName = Path.GetFileName(path),
        Url = path,
        StoredName = "package.whl",
        Hashes = [new ArchiveHash(ArchiveHashKind.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))))],
    };

    public static WheelPlan Plan(InstallScheme scheme, params WheelArchive[] wheels) =>
        WheelInstallPlanner.Plan(scheme, [.. wheels.Select(wheel => new WheelInput(wheel) { IsRequested = true })], new WheelInstallOptions(), Token);

    public static async Task<string> InstallAsync(WheelPlan plan, FileSharing sharing = FileSharing.Any)
    {
        await DirectoryComposer.WriteAsync(plan.Scheme.Prefix, [.. plan.Wheels.Select(wheel => wheel.Entries)], sharing, 2, null, Token);
        return plan.Scheme.Prefix;
    }

    public async Task<Layer> WriteLayerAsync(string prefix, IEnumerable<EnvironmentEntry> entries)
    {
        _store ??= ImageStore.Open(_folder["store"]);
        await using LayerWriter writer = _store.Layers.CreateWriter(new LayerWriterOptions());
        await EntryLayer.WriteAsync(writer, prefix, entries, Token);
        return await writer.CompleteAsync(Token);
    }

    public void Dispose()
    {
        _opened.ForEach(wheel => wheel.Dispose());
        _store?.Dispose();
        _folder.Dispose();
    }
}
