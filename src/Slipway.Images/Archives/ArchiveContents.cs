using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;

namespace Slipway.Images.Archives;

/// <summary>
/// What one pass over an archive found. Blobs and layers are in the store already; the documents are here. Names are only ever looked up, never used as paths.
/// </summary>
internal sealed class ArchiveContents
{
    private const int MostLinks = 16;

    /// <summary>The small files.</summary>
    public Dictionary<string, byte[]> Documents { get; } = new(StringComparer.Ordinal);

    /// <summary>Names such as <c>blobs/sha256/…</c>.</summary>
    public Dictionary<string, Digest> Blobs { get; } = new(StringComparer.Ordinal);

    /// <summary>Tars that are not named by their digest.</summary>
    public Dictionary<string, Layer> Layers { get; } = new(StringComparer.Ordinal);

    /// <summary>Symbolic and hard links, as names of the archive.</summary>
    public Dictionary<string, string> Links { get; } = new(StringComparer.Ordinal);

    /// <summary>The name that a name of a document means after links are followed.</summary>
    public string Follow(string name)
    {
        name = LayerPath.Normalize(name);
        for (int i = 0; i < MostLinks && Links.TryGetValue(name, out string? target); i++)
        {
            name = target;
        }

        return name;
    }
}
