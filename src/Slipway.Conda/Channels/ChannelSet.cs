using Slipway.Conda.Channels.Caching;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Channels;

/// <summary>The channels of an environment, open for one platform.</summary>
public sealed class ChannelSet : IDisposable
{
    private readonly IReadOnlyList<IReadOnlyList<IFolderRecords>> _folders;
    private readonly ChannelNames _names;

    private ChannelSet(IReadOnlyList<Channel> channels, IReadOnlyList<IReadOnlyList<IFolderRecords>> folders, ChannelNames names, ChannelAccess access, string platform)
    {
        (Channels, _folders, _names, Access, Platform) = (channels, folders, names, access, platform);
        Warnings = [.. channels.Select(ChannelNames.Warning).OfType<Diagnostic>()];
    }

    /// <summary>The channel to prefer first.</summary>
    public IReadOnlyList<Channel> Channels { get; }

    /// <summary>The platform's folder: <c>linux-64</c>.</summary>
    public string Platform { get; }

    /// <summary>What the user should know about the channels.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; }

    /// <summary>Puts the channels' secrets into requests for their packages.</summary>
    public ChannelAccess Access { get; }

    /// <summary>The folder of the cache in a store.</summary>
    public static string CacheIn(string store) => Path.Combine(store, "conda-v1");

    /// <summary>What puts the secrets of channels into requests for their packages, without asking the channels anything: for packages that a lock names.</summary>
    /// <param name="channels">As people write them.</param>
    /// <param name="settings">What the site decided.</param>
    public static ChannelAccess AccessOf(IEnumerable<string> channels, ChannelSettings settings)
    {
        var names = new ChannelNames(settings);
        return new ChannelAccess([.. channels.SelectMany(names.Resolve).DistinctBy(c => c.Address)], settings);
    }

    /// <summary>Opens channels, all at once; what is kept from before and may still be true is not fetched.</summary>
    /// <param name="channels">As people write them, the one to prefer first; also those of specs (<c>channel::package</c>).</param>
    /// <param name="platform">The platform's folder: <c>linux-64</c>.</param>
    /// <param name="settings">What the site decided.</param>
    /// <param name="cacheRoot">Where what channels say is kept: <see cref="CacheIn"/>.</param>
    /// <param name="http">Sends the requests to an address, patiently.</param>
    /// <param name="clock">Tells what is still fresh.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DiagnosticException">A channel does not exist, cannot be reached or is broken.</exception>
    public static async Task<ChannelSet> OpenAsync(
        IReadOnlyList<string> channels, string platform, ChannelSettings settings, string cacheRoot, Func<Uri, HttpPolicy> http, TimeProvider clock, CancellationToken cancellationToken)
    {
        var names = new ChannelNames(settings);
        Channel[] resolved = [.. channels.SelectMany(names.Resolve).DistinctBy(c => c.Address)];
        if (resolved.Length == 0)
        {
            throw new DiagnosticException("no-channel", "No channel is named, and there is no default one.", "Write channels: with conda-forge in it.");
        }

        var cache = new FolderCache(cacheRoot);
        var access = new ChannelAccess(resolved, settings);
        var opener = new ChannelOpener(new FolderFetcher(cache, access, http, clock), new LocalFolder(cache), settings);
        Task<IReadOnlyList<IFolderRecords>>[] opening = [.. resolved.Select(c => opener.OpenAsync(c, platform, cancellationToken))];
        try
        {
            return new ChannelSet(resolved, await Task.WhenAll(opening), names, access, platform);
        }
        catch
        {
            foreach (Task<IReadOnlyList<IFolderRecords>> one in opening.Where(t => t.IsCompletedSuccessfully))
            {
                Close(await one);
            }

            throw;
        }
    }

    /// <summary>Finds the packages for a request.</summary>
    /// <exception cref="FormatException">A spec names no single package.</exception>
    /// <exception cref="DiagnosticException">A channel failed while it was asked.</exception>
    public async Task<CondaResult> SolveAsync(CondaRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await CondaSolver.SolveAsync(_folders, request, _names.NamesOf, cancellationToken);
        }
        catch (HttpFailureException e) when (e.Failure == HttpFailure.Offline)
        {
            throw new DiagnosticException("offline", "A package that was looked for has never been asked for before, and --offline forbids to ask its channel.", "Run it once without --offline.");
        }
        catch (HttpFailureException e)
        {
            throw new DiagnosticException("channel-unreachable", $"A channel stopped answering: {e.Message}", "Try again; what came so far is kept.");
        }
    }

    /// <summary>All records of a package in all channels, the preferred channel's first, otherwise in no order.</summary>
    public async Task<IReadOnlyList<PackageRecord>> FindAsync(string name, CancellationToken cancellationToken)
    {
        List<PackageRecord> found = [];
        foreach (IFolderRecords folder in _folders.SelectMany(f => f))
        {
            if (await folder.FindAsync(name, cancellationToken) is { } json)
            {
                found.AddRange(json.ReadAll());
            }
        }

        return found;
    }

    /// <summary>The names of all packages, each once.</summary>
    public IEnumerable<string> PackageNames() => _folders.SelectMany(f => f).SelectMany(f => f.Names()).Distinct(StringComparer.Ordinal);

    public void Dispose() => Close(_folders.SelectMany(f => f));

    private static void Close(IEnumerable<IFolderRecords> folders)
    {
        foreach (IFolderRecords folder in folders)
        {
            folder.Dispose();
        }
    }
}
