using System.Text.Json;
using Slipway.Images.Model;

namespace Slipway.Images.Archives;

/// <summary>The documents at the root of an archive.</summary>
internal static class ArchiveDocuments
{
    public static byte[] Layout => "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray();

    /// <summary>Every image once per name. The short annotation is the tag, as docker and umoci have it, unless two of the images share a tag.</summary>
    public static byte[] Index(IReadOnlyList<(Descriptor Manifest, IReadOnlyList<ImageReference> Names)> images)
    {
        ILookup<string?, ImageReference> byTag = images.SelectMany(image => image.Names).Distinct().ToLookup(name => name.Tag);
        List<Descriptor> entries = [];
        foreach ((Descriptor manifest, IReadOnlyList<ImageReference> names) in images)
        {
            if (names.Count == 0)
            {
                entries.Add(manifest);
            }

            entries.AddRange(names.Select(name => manifest with
            {
                Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    [ArchiveNames.FullName] = name.ToString(),
                    [ArchiveNames.RefName] = name.Tag is { } tag && byTag[tag].Count() == 1 ? tag : name.ToString(),
                },
            }));
        }

        return ImageJson.Write(new OciIndex { Manifests = entries });
    }

    public static byte[] DockerManifest(IEnumerable<(OciManifest Manifest, IReadOnlyList<ImageReference> Names)> images) =>
        JsonSerializer.SerializeToUtf8Bytes(
            [.. images.Select(image => new DockerArchiveEntry
            {
                Config = BlobName(image.Manifest.Config),
                RepoTags = image.Names.Count > 0 ? [.. image.Names.Where(name => name.Tag is not null).Select(name => name.Familiar)] : null,
                Layers = [.. image.Manifest.Layers.Select(BlobName)],
            })],
            DockerArchiveJson.Default.DockerArchiveEntryArray);

    public static string BlobName(Descriptor blob) => $"blobs/{blob.Digest.Algorithm}/{blob.Digest.Hex}";
}
