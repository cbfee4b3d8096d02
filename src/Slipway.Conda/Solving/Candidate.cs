using Slipway.Conda.Channels;
using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Records;

namespace Slipway.Conda.Solving;

/// <summary>One package file that could be chosen, or a virtual package.</summary>
internal sealed class Candidate
{
    private readonly PackageJson? _json;
    private readonly int _record;
    private readonly RecordHead _head;
    private PackageRecord? _full;

    public Candidate(PackageJson json, int record, RecordHead head, int channel)
    {
        _json = json;
        _record = record;
        _head = head;
        Channel = channel;
    }

    /// <summary>A record that is already here: a virtual package.</summary>
    public Candidate(PackageRecord full)
    {
        _full = full;
        _head = new RecordHead { Version = full.Version, Build = full.Build, BuildNumber = full.BuildNumber, Depends = -1, Constrains = -1, ExtraDepends = -1 };
    }

    /// <summary>What orders it; by reference, because it is read for every candidate again and again.</summary>
    public ref readonly RecordHead Head => ref _head;

    /// <summary>The place of its channel in the list of channels.</summary>
    public int Channel { get; }

    /// <summary>The channel, as specs name it; empty for a virtual package.</summary>
    public string ChannelName => _json?.Place.ChannelName ?? "";

    /// <summary>Its JSON; empty for a virtual package.</summary>
    public ReadOnlySpan<byte> Json => _json is null ? [] : _json.Json(_record);

    /// <summary>All of the record; read when it is first wanted.</summary>
    public PackageRecord Full => _full ??= _json!.Read(_record);
}
