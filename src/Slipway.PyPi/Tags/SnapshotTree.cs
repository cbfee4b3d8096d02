using Slipway.Images.Layers;

namespace Slipway.PyPi.Tags;

/// <summary>The files of an image, by its layers; nothing is unpacked to look at names and links.</summary>
public sealed class SnapshotTree(Snapshot snapshot) : IFileTree
{
    public string? Resolve(string path)
    {
        string place = snapshot.ResolvePath(path.Trim('/'), followLast: true);
        return snapshot.Lookup(place) is null ? null : "/" + place;
    }

    public IEnumerable<string> Names(string folder) =>
        Resolve(folder) is { } place && snapshot.Lookup(place.Trim('/')) is { Entry.IsDirectory: true } ? snapshot.List(place.Trim('/')).Select(e => e.Path[(e.Path.LastIndexOf('/') + 1)..]) : [];

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        snapshot.OpenAsync(snapshot.Lookup(path.Trim('/')) ?? throw new FileNotFoundException($"{path} is not in the image."), cancellationToken);
}
