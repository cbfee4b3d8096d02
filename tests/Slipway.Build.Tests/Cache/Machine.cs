using Slipway.Build.Cache;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Http;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;

namespace Slipway.Build.Tests.Cache;

/// <summary>One of several machines that share a cache: a store of its own with the image busybox.</summary>
internal sealed class Machine : IDisposable
{
    private readonly Registries _registries = new(new RegistryOptions { Http = new HttpPolicyOptions { MaxAttempts = 1 } }, TimeProvider.System);

    private Machine(Store store)
    {
        Store = store;
        store.Images.Blobs.Fetcher = (blob, origin, token) => CacheOrigins.FetchAsync(_registries, blob, origin, token);
    }

    public Store Store { get; }

    /// <summary>What the last build said.</summary>
    public Builds Last { get; private set; } = null!;

    public IReadOnlyList<string> Cached => Last.Labels<StepCached>();

    public IReadOnlyList<string> Done => [.. Last.Labels<StepFinished>().Where(label => label.StartsWith('['))];

    public IReadOnlyList<string> Warnings => [.. Last.Events.OfType<BuildWarning>().Select(w => w.Diagnostic.ToString())];

    public static async Task<Machine> NewAsync() => new(await Store.WithBusyboxAsync());

    public ISharedCache Registry(string host) => new RegistryCache(_registries, _registries, ImageReference.Parse(host + "/team/cache"));

    public Task<StoredImage> TakeAsync(ISharedCache cache, string recipe, params string[] files) =>
        BuildAsync(recipe, files, new BuildSettings { CacheFrom = [new CacheSource(cache, Mounts: true)] });

    public Task<StoredImage> SendAsync(ISharedCache cache, string recipe, params string[] files) =>
        BuildAsync(recipe, files, new BuildSettings { CacheTo = [new CacheTarget(cache) { AllSteps = true, Mounts = true }] });

    public Task<StoredImage> BothAsync(ISharedCache cache, string recipe, params string[] files) =>
        BuildAsync(recipe, files, new BuildSettings { CacheFrom = [new CacheSource(cache, Mounts: true)], CacheTo = [new CacheTarget(cache) { AllSteps = true }] });

    public async Task<StoredImage> BuildAsync(string recipe, string[] files, BuildSettings settings)
    {
        Last = new Builds(Store) { Settings = settings };
        for (int i = 0; i < files.Length; i += 2)
        {
            Last.Write(files[i], files[i + 1]);
        }

        return await Last.BuildAsync(recipe);
    }

    public void Dispose()
    {
        _registries.Dispose();
        Store.Dispose();
    }
}
