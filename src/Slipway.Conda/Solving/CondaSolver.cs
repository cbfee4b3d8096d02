using Slipway.Conda.Channels;
using Slipway.Conda.Records;
using Slipway.Resolution;

namespace Slipway.Conda.Solving;

/// <summary>Finds the packages of an environment.</summary>
internal static class CondaSolver
{
    /// <summary>Solves a request over channels that are open.</summary>
    /// <param name="channels">The folders of each channel, the channel to prefer first.</param>
    /// <param name="request">What is wanted; every spec names one package.</param>
    /// <param name="namesOf">The canonical names of the channels that a spec's channel means.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="FormatException">A spec names no single package.</exception>
    public static async Task<CondaResult> SolveAsync(
        IReadOnlyList<IReadOnlyList<IFolderRecords>> channels, CondaRequest request, Func<string, IReadOnlyList<string>> namesOf, CancellationToken cancellationToken)
    {
        var provider = new CondaProvider(channels, request, namesOf);
        List<Dependency> wishes = [];
        foreach (Matching.MatchSpec spec in request.Specs)
        {
            wishes.AddRange(provider.Table.Dependencies(spec, DependencyKind.Requires));
        }

        foreach (Matching.MatchSpec pin in request.Pins)
        {
            wishes.AddRange(provider.Table.Dependencies(pin, DependencyKind.Constrains));
        }

        VersionSetId[] given = [.. request.VirtualPackages.Select(p => provider.Table.Set(provider.Table.Name(p.Name), ExactSpec(p)))];
        SolveResult result = await Solver.SolveAsync(provider, new SolveRequest(wishes) { Given = given }, cancellationToken);
        return result switch
        {
            Solution solution => new CondaResult(
                [.. solution.Picks.Where(p => provider.Table.ExtraOf(p.Name) is null).Select(p => provider.RecordOf(p.Name, p.Candidate)).Where(r => !r.IsVirtual)], null, solution.Counters),
            Unsolvable none => new CondaResult([], none.Explanation, none.Counters),
            _ => throw new InvalidOperationException("the search has no limit, so it cannot give up"),
        };
    }

    private static Matching.MatchSpec ExactSpec(PackageRecord package) =>
        Matching.MatchSpec.Parse($"{package.Name} =={package.Version} {package.Build}", Versions.ParseMode.Strict);
}

/// <summary>What a search found.</summary>
/// <param name="Packages">In the order in which the search met them; empty when there is no solution.</param>
/// <param name="Explanation">Why there is none; null when there is one.</param>
/// <param name="Counters">How much work it was.</param>
public sealed record CondaResult(IReadOnlyList<PackageRecord> Packages, Explanation? Explanation, SolveCounters Counters);
