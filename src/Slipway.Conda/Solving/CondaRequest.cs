using Slipway.Conda.Matching;
using Slipway.Conda.Records;

namespace Slipway.Conda.Solving;

/// <summary>What an environment has to have.</summary>
public sealed record CondaRequest
{
    /// <summary>What was asked for, the most important first.</summary>
    public required IReadOnlyList<MatchSpec> Specs { get; init; }

    /// <summary>What must hold for packages that are there, without asking for them (pins).</summary>
    public IReadOnlyList<MatchSpec> Pins { get; init; } = [];

    /// <summary>What the target is, as virtual packages.</summary>
    public required IReadOnlyList<PackageRecord> VirtualPackages { get; init; }

    public ChannelPriority Priority { get; init; } = ChannelPriority.Strict;

    /// <summary>Picks of an earlier solution, taken again wherever they still fit: version and build by name.</summary>
    public IReadOnlyList<PackageRecord> Preferred { get; init; } = [];

    /// <summary>Packages that the channel got later do not exist (CEP 47: by the time of indexing, else of building; what has neither stays).</summary>
    public DateTimeOffset? ExcludeNewer { get; init; }
}
