using System.CommandLine;
using Slipway.Conda.Channels;
using Slipway.Conda.Files;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Conda;

/// <summary>Connections, caches and settings of one command of <c>conda</c>.</summary>
internal sealed class CondaSession(CliContext cli, CondaFlags flags, ParseResult parsed) : IDisposable
{
    private static readonly string[] s_usualChannels = ["conda-forge"];

    private readonly ChannelPriority _priority = flags.Priority(parsed, cli.Config.Value.Conda);
    private readonly DateTimeOffset? _excludeNewer = flags.ExcludeNewer(parsed);
    private readonly HttpPolicy _http = new(new HttpPolicyOptions(), cli.Clock);
    private readonly HttpPolicy _here = new(new HttpPolicyOptions { UseProxy = false }, cli.Clock);

    /// <summary>The store's folder; channels and packages are kept in it.</summary>
    public string Store { get; } = ImageStore.ResolveRoot(parsed.GetValue(cli.RootOption));

    public HttpPolicy Http(Uri address) => address.IsLoopback ? _here : _http;

    public ChannelSettings Settings { get; } = flags.Settings(parsed, cli.Config.Value.Conda);

    /// <summary>Opens the channels of an input; those of the settings, else conda-forge, when it names none.</summary>
    public async Task<ChannelSet> OpenAsync(CondaInput input, CancellationToken cancellationToken)
    {
        IEnumerable<string> named = input.Channels.Any(c => c != "nodefaults") ? input.Channels
            : cli.Config.Value.Conda.Channels is { Count: > 0 } usual ? usual : s_usualChannels;
        string[] channels = [.. named.Concat(input.Specs.Select(s => s.Channel).OfType<string>()).Distinct()];
        ChannelSet set = await ChannelSet.OpenAsync(channels, input.Platform, Settings, ChannelSet.CacheIn(Store), Http, cli.Clock, cancellationToken);
        await cli.Error.WriteAsync(cli.Diagnostics.Render(set.Warnings));
        foreach (RelatedChannel related in set.Related)
        {
            await cli.Error.WriteLineAsync($"note: {related.By} brings the channel {related.Channel} along, {(related.IsBase ? "before" : "after")} itself");
        }

        return set;
    }

    /// <summary>Finds the packages of an input.</summary>
    /// <param name="set">Its channels.</param>
    /// <param name="input">What is wanted.</param>
    /// <param name="preferred">Packages to take again where they fit.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">There is no solution; the message says why.</exception>
    public async Task<CondaResult> SolveAsync(ChannelSet set, CondaInput input, IReadOnlyList<LockedPackage> preferred, CancellationToken cancellationToken)
    {
        var request = new CondaRequest
        {
            Specs = input.Specs,
            VirtualPackages = flags.Target(parsed, input.Platform).VirtualPackages,
            Priority = _priority,
            ExcludeNewer = _excludeNewer,
            Preferred = [.. preferred.Select(LockedRecords.Of)],
        };
        return await set.FindEnvironmentAsync(request, cancellationToken);
    }

    /// <summary>The exact packages of an input: those it locks, else those that are found.</summary>
    public async Task<(IReadOnlyList<PackageRecord> Packages, ChannelAccess Access)> PackagesAsync(CondaInput input, CancellationToken cancellationToken)
    {
        if (input.Locked is { } locked)
        {
            return input.Specs.Count == 0
                ? ([.. locked.Select(LockedRecords.Of)], new ChannelAccess([], Settings))
                : throw new UsageException("lock-and-specs", "a lock says all packages, so nothing can be asked for besides it", "leave the packages and other files away, or lock again with them");
        }

        using ChannelSet set = await OpenAsync(input, cancellationToken);
        return ((await SolveAsync(set, input, [], cancellationToken)).Packages, set.Access);
    }

    public void Dispose()
    {
        _http.Dispose();
        _here.Dispose();
    }
}
