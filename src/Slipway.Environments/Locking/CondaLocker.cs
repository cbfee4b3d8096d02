using System.Collections.Immutable;
using Slipway.Conda.Channels;
using Slipway.Conda.Files;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Conda.Targets;
using Slipway.Environments.Building;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Locking;

/// <summary>Finds the conda packages of a recipe.</summary>
internal sealed class CondaLocker(EnvironmentServices services)
{
    /// <param name="wish">What is wanted.</param>
    /// <param name="target">What it will run on.</param>
    /// <param name="before">Packages to take again where they fit.</param>
    /// <param name="excludeNewer">Packages that came later do not exist.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The packages with the specs that asked for them, by name; their layers are not decided.</returns>
    /// <exception cref="DiagnosticException">There is no such environment; the message says why.</exception>
    public async Task<ImmutableArray<LockedCondaPackage>> LockAsync(
        CondaWish wish, CondaTarget target, IReadOnlyList<PackageRecord> before, DateTimeOffset? excludeNewer, CancellationToken cancellationToken)
    {
        if (wish.IsEmpty)
        {
            return [];
        }

        IReadOnlyList<PackageRecord> records = wish.Exact is { } exact
            ? [.. exact.Select(LockedRecords.Of)]
            : await SolveAsync(wish, target, before, excludeNewer, cancellationToken);
        ILookup<string?, string> requested = wish.Specs.ToLookup(s => s.ExactName, s => s.ToString());
        return [.. records.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => new LockedCondaPackage(r, [.. requested[r.Name]], ""))];
    }

    private async Task<IReadOnlyList<PackageRecord>> SolveAsync(
        CondaWish wish, CondaTarget target, IReadOnlyList<PackageRecord> before, DateTimeOffset? excludeNewer, CancellationToken cancellationToken)
    {
        IEnumerable<string> named = wish.Channels.Any(c => c != "nodefaults") ? wish.Channels : services.UsualChannels;
        string[] channels = [.. named.Concat(wish.Specs.Select(s => s.Channel).OfType<string>()).Distinct()];
        using ChannelSet set = await ChannelSet.OpenAsync(channels, wish.Subdir, services.Channels, ChannelSet.CacheIn(services.Store.Root), services.Http, services.Clock, cancellationToken);
        foreach (Diagnostic warning in set.Warnings)
        {
            services.Warn(warning);
        }

        var request = new CondaRequest
        {
            Specs = wish.Specs,
            VirtualPackages = target.VirtualPackages,
            Priority = services.Priority,
            ExcludeNewer = excludeNewer,
            Preferred = before,
        };
        IReadOnlyList<PackageRecord> found = (await set.FindEnvironmentAsync(request, cancellationToken)).Packages;
        Diagnostic[] withoutHash = [.. found.Where(r => r.Sha256 is null && r.Md5 is null).Select(r => new Diagnostic(
            Severity.Error, "no-hash", $"{r.Channel} does not say the hash of {r.FileName}, so it cannot be locked", Help: "use a channel that announces hashes; \"conda index\" makes one of a folder"))];
        return withoutHash.Length == 0 ? found : throw new DiagnosticException(withoutHash);
    }
}
