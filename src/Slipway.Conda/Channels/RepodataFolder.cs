using Slipway.Conda.Channels.Repodata;

namespace Slipway.Conda.Channels;

/// <summary>A folder whose records lie in one <c>repodata.json</c> on this machine, with its index.</summary>
internal sealed class RepodataFolder(RecordPlace place, MappedFile json, RepodataIndex index) : IFolderRecords
{
    public RecordPlace Place { get; } = place;

    public ChannelRelations Relations => index.Relations;

    public ValueTask<PackageJson?> FindAsync(string name, CancellationToken cancellationToken)
    {
        ReadOnlySpan<RecordEntry> entries = index.Find(name);
        return ValueTask.FromResult(entries.IsEmpty ? null : new PackageJson(Place, entries.ToArray(), json.Slice));
    }

    public void Expect(IReadOnlyList<string> names)
    {
    }

    public IEnumerable<string> Names() => index.Names();

    public void Dispose() => json.Dispose();
}
