using System.Security.Cryptography;
using Slipway.Conda.Linking;
using Slipway.Conda.Packages;
using Slipway.Conda.Records;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.Testing;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Tests.Packages;

/// <summary>A folder for packages, environments and a store, and everything that was opened in it.</summary>
internal sealed class TestWorld : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _opened = [];
    private ImageStore? _store;
    private int _count;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string this[string name] => _folder[name];

    public string Packages => Directory.CreateDirectory(_folder["packages"]).FullName;

    public ImageStore Store => _store ??= ImageStore.Open(_folder["store"]);

    public async Task<UnpackedPackage> UnpackAsync(string path)
    {
        UnpackedPackage package = await PackageArchive.UnpackAsync(path, _folder[$"spool{Interlocked.Increment(ref _count)}"], Token);
        lock (_opened)
        {
            _opened.Add(package);
        }

        return package;
    }

    public async Task<LinkPlan> PlanAsync(LinkOptions options, IEnumerable<PackageBuilder> packages, int threads = 2)
    {
        var inputs = new List<LinkInput>();
        foreach (PackageBuilder builder in packages)
        {
            inputs.Add(new LinkInput(builder.Record(), await UnpackAsync(await builder.CondaAsync(Packages))));
        }

        return await LinkPlanner.PlanAsync(options, inputs, threads, Token);
    }

    /// <summary>As an installation does it: through the cache, unpacked for sharing.</summary>
    public Task<LinkPlan> PlanSharedAsync(LinkOptions options, params PackageBuilder[] packages) => PlanCachedAsync(options, shares: true, packages);

    /// <summary>Through the cache.</summary>
    public async Task<LinkPlan> PlanCachedAsync(LinkOptions options, bool shares, params PackageBuilder[] packages)
    {
        var cache = new PackageCache(_folder["cache"], _ => throw new InvalidOperationException("no network here"), _ => { });
        var records = new List<PackageRecord>();
        foreach (PackageBuilder builder in packages)
        {
            string path = await builder.CondaAsync(Packages);
            records.Add(builder.Record() with { Url = path, Sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Token))) });
        }

        IReadOnlyList<UnpackedPackage> unpacked = await new PackageFetcher(cache, Packages) { Shares = shares }.FetchAsync(records, Token);
        _opened.AddRange(unpacked);
        return await LinkPlanner.PlanAsync(options, [.. records.Zip(unpacked, (record, package) => new LinkInput(record, package))], 2, Token);
    }

    public LinkOptions At(string prefix) => new() { Prefix = prefix.StartsWith('/') ? prefix : _folder[prefix], Subdir = "linux-64" };

    public async Task<string> LinkAsync(params PackageBuilder[] packages)
    {
        LinkPlan plan = await PlanAsync(At("env"), packages);
        await DirectoryLinker.LinkAsync(plan, FileSharing.Any, 2, Token);
        return _folder["env"];
    }

    public async Task<Layer> WriteLayerAsync(LinkPlan plan)
    {
        await using LayerWriter writer = Store.Layers.CreateWriter(new LayerWriterOptions());
        await LayerComposer.WriteAsync(writer, plan.Options.Prefix, plan.Entries, Token);
        return await writer.CompleteAsync(Token);
    }

    public void Dispose()
    {
        _opened.ForEach(package => package.Dispose());
        _store?.Dispose();
        _folder.Dispose();
    }
}
