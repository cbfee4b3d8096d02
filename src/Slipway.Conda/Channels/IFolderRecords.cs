using Slipway.Conda.Channels.Repodata;

namespace Slipway.Conda.Channels;

/// <summary>The records of one folder (<c>linux-64</c>, <c>noarch</c>) of a channel, to be asked for by package name.</summary>
internal interface IFolderRecords : IDisposable
{
    RecordPlace Place { get; }

    /// <summary>The channels that belong to this one.</summary>
    ChannelRelations Relations => ChannelRelations.None;

    /// <summary>The JSON in which the records of a package lie, with their entries; null when the folder does not have it. Asked at most once for a name.</summary>
    ValueTask<PackageJson?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>These packages will be asked for soon. Returns at once.</summary>
    void Expect(IReadOnlyList<string> names);

    /// <summary>The names of all packages, for hints.</summary>
    IEnumerable<string> Names();
}
