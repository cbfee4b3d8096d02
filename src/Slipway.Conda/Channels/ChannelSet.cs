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
    }

    /// <summary>The channel to prefer first.</summary>
    public IReadOnlyList<Channel> Channels { get; }

    /// <summary>The platform's folder: <c>linux-64</c>.</summary>
    public string Platform { get; }

    /// <summary>What the user should know about the channels.</summary>
    public required IReadOnlyList<Diagnostic> Warnings { get; init; }

    /// <summary>The channels that nobody named, which others brought along (CEP 42).</summary>
    public required IReadOnlyList<RelatedChannel> Related { get; init; }

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

    /// <summary>Removes what channels said and nobody has asked for since then.</summary>
    /// <param name="cacheRoot">Where it is kept.</param>
    /// <param name="unusedSince">Should lie an hour or more back: what a command has just found must stay.</param>
    /// <param name="dryRun">Only says what would become free.</param>
    /// <param name="cancellationToken">Stops in between.</param>
    /// <returns>The bytes that became free.</returns>
    public static long Prune(string cacheRoot, DateTimeOffset unusedSince, bool dryRun, CancellationToken cancellationToken) =>
        new FolderCache(cacheRoot).Prune(unusedSince, dryRun, cancellationToken);

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
        var graph = new RelationGraph(resolved, names, settings.RelationDepth);
        Dictionary<Uri, IReadOnlyList<IFolderRecords>> open = [];
        try
        {
            for (IReadOnlyList<Channel> next = resolved; next.Count > 0; next = graph.Take(next, open))
            {
                access.Add(next);
                await OpenAsync(next, opener, platform, open, cancellationToken);
            }

            Channel[] ordered = [.. graph.Ordered()];
            return new ChannelSet(ordered, [.. ordered.Select(c => open[c.Address])], names, access, platform) { Related = graph.Found, Warnings = WarningsOf(ordered, settings) };
        }
        catch
        {
            Close(open.Values.SelectMany(f => f));
            throw;
        }
    }

    // All at once; those that were opened are in the map also when another one fails.
    private static async Task OpenAsync(
        IReadOnlyList<Channel> channels, ChannelOpener opener, string platform, Dictionary<Uri, IReadOnlyList<IFolderRecords>> open, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<IFolderRecords>>[] opening = [.. channels.Select(c => opener.OpenAsync(c, platform, cancellationToken))];
        try
        {
            await Task.WhenAll(opening);
        }
        finally
        {
            for (int i = 0; i < opening.Length; i++)
            {
                if (opening[i].IsCompletedSuccessfully)
                {
                    open[channels[i].Address] = await opening[i];
                }
            }
        }
    }

    // What is wrong with the file of logins matters to whom it logs in.
    private static IReadOnlyList<Diagnostic> WarningsOf(IReadOnlyList<Channel> channels, ChannelSettings settings) =>
    [
        .. channels.Select(ChannelNames.Warning).OfType<Diagnostic>(),
        .. channels.Any(c => !c.Address.IsFile && c.UserInfo is null && settings.Netrc.Find(c.Address.Host) is not null) ? settings.Netrc.Warnings : [],
    ];

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

    /// <summary>As <see cref="SolveAsync"/>, for whom there has to be a solution.</summary>
    /// <exception cref="DiagnosticException">There is none, and the message says why; a spec names no single package; or a channel failed.</exception>
    public async Task<CondaResult> FindEnvironmentAsync(CondaRequest request, CancellationToken cancellationToken)
    {
        try
        {
            CondaResult result = await SolveAsync(request, cancellationToken);
            return result.Explanation is not { } why ? result : throw new DiagnosticException(
                "unsolvable",
                $"There is no environment for {Platform} with all that is wanted:\n  {string.Join("\n  ", why.Lines)}",
                why.Hints.Count == 0 ? null : string.Join("; ", why.Hints));
        }
        catch (FormatException e)
        {
            throw new DiagnosticException("bad-spec", e.Message);
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
