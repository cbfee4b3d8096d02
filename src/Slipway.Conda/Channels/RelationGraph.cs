using Slipway.Conda.Channels.Repodata;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Channels;

/// <summary>
/// The order of channels that say what belongs to them (CEP 42): what the user wrote holds, and what channels say of those that the user did not name.
/// </summary>
/// <param name="named">The user's channels, the one to prefer first.</param>
/// <param name="names">Gives names to the channels that are found.</param>
/// <param name="depth">How many steps are followed; 0: none.</param>
internal sealed class RelationGraph(IReadOnlyList<Channel> named, ChannelNames names, int depth)
{
    private readonly List<Channel> _channels = [.. named];
    private readonly List<(Channel Before, Channel After)> _edges = [.. named.Zip(named.Skip(1))];
    private readonly List<(Channel Before, Channel After)> _overrides = [];
    private readonly List<RelatedChannel> _found = [];
    private int _steps;

    /// <summary>The channels that nobody named.</summary>
    public IReadOnlyList<RelatedChannel> Found => _found;

    /// <summary>Takes in what channels say, and tells which others are to be opened for that.</summary>
    /// <exception cref="DiagnosticException">What they say makes no sense, or leads too far.</exception>
    public IReadOnlyList<Channel> Take(IReadOnlyList<Channel> channels, IReadOnlyDictionary<Uri, IReadOnlyList<IFolderRecords>> folders)
    {
        if (depth == 0)
        {
            return [];
        }

        List<Channel> next = [];
        foreach (Channel channel in channels)
        {
            foreach (ChannelRelations relations in folders[channel.Address].Select(f => f.Relations).Distinct())
            {
                Channel? under = relations.Base is null ? null : Of(channel, relations.Base, isBase: true, next);
                Channel? over = relations.Overrides is null ? null : Of(channel, relations.Overrides, isBase: false, next);
                if (under is not null && under == over)
                {
                    throw Wrong($"The channel {channel} says that {under} goes before it and after it.");
                }

                Add(under, channel);
                Add(channel, over);
            }
        }

        return next.Count > 0 && ++_steps > depth
            ? throw Wrong($"Channels refer to others over more than {depth} steps: {string.Join(", ", _found.Select(f => f.Channel))}.")
            : next;
    }

    /// <summary>All channels, the one to prefer first. Related ones stand beside each other where that is possible.</summary>
    /// <exception cref="DiagnosticException">They go round in a circle.</exception>
    public IReadOnlyList<Channel> Ordered()
    {
        List<Channel> ordered = [], path = [];
        foreach (Channel channel in _channels)
        {
            int before = ordered.Count;
            Visit(channel);
            for (int i = before; i < ordered.Count; i++) // it grows
            {
                foreach ((_, Channel after) in _overrides.Where(e => e.Before == ordered[i]).ToArray())
                {
                    Visit(after);
                }
            }
        }

        return ordered;

        void Visit(Channel channel)
        {
            if (ordered.Contains(channel))
            {
                return;
            }

            int at = path.IndexOf(channel);
            if (at >= 0)
            {
                throw Wrong($"Each of these channels says that it goes before the next: {string.Join(", ", path.Skip(at).Reverse().Prepend(channel))}.");
            }

            path.Add(channel);
            foreach ((Channel before, _) in _edges.Where(e => e.After == channel))
            {
                Visit(before);
            }

            path.RemoveAt(path.Count - 1);
            ordered.Add(channel);
        }
    }

    // The channel that is meant, as it is known already or new.
    private Channel Of(Channel channel, string reference, bool isBase, List<Channel> next)
    {
        Channel meant = names.Related(channel, reference);
        Channel? known = _channels.FirstOrDefault(c => c.Address == meant.Address);
        if (known is not null)
        {
            return known;
        }

        _channels.Add(meant);
        _found.Add(new RelatedChannel(meant, channel, isBase));
        next.Add(meant);
        return meant;
    }

    // A user's order of two channels is not to be turned round.
    private void Add(Channel? before, Channel? after)
    {
        if (before is null || after is null || _edges.Contains((before, after)))
        {
            return;
        }

        (int first, int second) = (Place(before), Place(after));
        if (first < 0 || second < 0 || first < second)
        {
            _edges.Add((before, after));
            _overrides.Add((before, after));
        }
    }

    private int Place(Channel channel)
    {
        for (int i = 0; i < named.Count; i++)
        {
            if (named[i].Address == channel.Address)
            {
                return i;
            }
        }

        return -1;
    }

    private static DiagnosticException Wrong(string message) =>
        new("channel-relations", message, "Name all channels in the order you want; channel_relations_max_depth: 0 in config.yml (conda:) passes over what channels say of each other.");
}

/// <summary>A channel that nobody named.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="By">The channel that says it belongs to it.</param>
/// <param name="IsBase">Whether it goes before that one; else after it.</param>
public sealed record RelatedChannel(Channel Channel, Channel By, bool IsBase);
