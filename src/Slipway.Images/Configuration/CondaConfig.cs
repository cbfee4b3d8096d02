using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>What a site says about conda channels (<c>conda:</c> in a file of settings).</summary>
public sealed record CondaConfig
{
    /// <summary>What stands before channels that are only names.</summary>
    public Uri? ChannelAlias { get; init; }

    /// <summary>The channels of environments that name none; empty: not said.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The channels that <c>defaults</c> means; empty: not said.</summary>
    public IReadOnlyList<string> DefaultChannels { get; init; } = [];

    /// <summary><c>strict</c>, <c>flexible</c> or <c>disabled</c>; null: not said.</summary>
    public string? ChannelPriority { get; init; }

    /// <summary>Where to look instead for addresses that begin so, in this order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Uri>> Mirrors { get; init; } = new Dictionary<string, IReadOnlyList<Uri>>();

    /// <summary>Logins by host: <c>user:password</c>, or a token. Never shown.</summary>
    public IReadOnlyDictionary<string, string> Logins { get; init; } = new Dictionary<string, string>();

    /// <summary>How many steps the relations between channels are followed; null: not said.</summary>
    public int? RelationDepth { get; init; }

    /// <summary>Where the section is; null when there is none.</summary>
    public ConfigMark? Mark { get; init; }

    /// <summary>What this file says, and where it says nothing what the other one does.</summary>
    public CondaConfig Over(CondaConfig other) => new()
    {
        ChannelAlias = ChannelAlias ?? other.ChannelAlias,
        Channels = Channels.Count > 0 ? Channels : other.Channels,
        DefaultChannels = DefaultChannels.Count > 0 ? DefaultChannels : other.DefaultChannels,
        ChannelPriority = ChannelPriority ?? other.ChannelPriority,
        Mirrors = Mirrors.Concat(other.Mirrors).DistinctBy(m => m.Key).ToDictionary(),
        Logins = Logins.Concat(other.Logins).DistinctBy(l => l.Key).ToDictionary(),
        RelationDepth = RelationDepth ?? other.RelationDepth,
        Mark = Mark ?? other.Mark,
    };
}
