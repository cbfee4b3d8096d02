using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Layers;

namespace Slipway.Images.Store.Checking;

/// <summary>Compares the forms of one layer with each other: its blobs with its digest, its entries with its tar, its tree with its entries.</summary>
/// <param name="layout">Where things are.</param>
/// <param name="diffId">The layer.</param>
/// <param name="isGood">Whether a path is there and was found undamaged.</param>
/// <param name="ignoreOwners">Whether owners in trees say nothing.</param>
internal sealed class LayerCheck(StoreLayout layout, Digest diffId, Func<string, bool> isGood, bool ignoreOwners)
{
    private readonly List<StoreProblem> _problems = [];

    /// <summary>The bytes of the layer, as far as they are known.</summary>
    public long Size { get; private set; }

    private string Tree => Path.Combine(layout.Layer(diffId), "tree");

    private string Entries => Path.Combine(layout.Layer(diffId), "entries");

    private string Blobs => Path.Combine(layout.Layer(diffId), "blobs.json");

    public async Task<IReadOnlyList<StoreProblem>> RunAsync(CancellationToken cancellationToken)
    {
        Layer? layer = await ReadEntriesAsync(cancellationToken);
        string? source = null;
        if (isGood(layout.Blob(diffId)))
        {
            source = layout.Blob(diffId);
        }

        foreach (LayerBlob blob in ReadBlobs())
        {
            string path = layout.Blob(blob.Descriptor.Digest);
            if (isGood(path) && await IsRightAsync(path, blob, cancellationToken))
            {
                source ??= path;
            }
        }

        if (source is not null)
        {
            var options = new UnpackOptions { Expected = diffId, Name = $"layer {diffId.Short}" };
            UnpackedTar scanned = await TreeUnpacker.ScanAsync(StoreCheck.Open(source), options, cancellationToken);
            CompareWithTar(layer, scanned);
            layer ??= new Layer(diffId, scanned.TarSize, scanned.Index);
        }

        Size = layer?.TarSize ?? 0;
        if (Directory.Exists(Tree))
        {
            await CheckTreeAsync(layer, source, cancellationToken);
        }

        return _problems;
    }

    private async Task<Layer?> ReadEntriesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(Entries) ? LayerIndexFile.Read(diffId, await File.ReadAllBytesAsync(Entries, cancellationToken)) : null;
        }
        catch (InvalidDataException)
        {
            Problem("has a damaged list of entries", "it is made again from the layer's other forms", Entries);
            return null;
        }
    }

    private IReadOnlyList<LayerBlob> ReadBlobs()
    {
        LayerBlobs read = LayerJsonContext.Read(Blobs);
        if (read.Blobs.Count == 0 && File.Exists(Blobs) && !LayerJsonContext.IsReadable(Blobs))
        {
            Problem("has a damaged list of blobs", "pull or load its image again if the layer is not here", Blobs);
        }

        return read.Blobs;
    }

    private async Task<bool> IsRightAsync(string path, LayerBlob blob, CancellationToken cancellationToken)
    {
        if (blob.Descriptor.Digest == diffId)
        {
            return true;
        }

        try
        {
            await using Stream tar = Decompressor.OpenDetected(StoreCheck.Open(path), out _);
            if (await Digest.OfAsync(tar, cancellationToken) == diffId)
            {
                return true;
            }
        }
        catch (InvalidDataException)
        {
            // Said below.
        }

        Problem($"does not come out of the blob {blob.Descriptor.Digest.Short}", "the blob is fetched or made again", path, Blobs);
        return false;
    }

    private void CompareWithTar(Layer? layer, UnpackedTar scanned)
    {
        if (layer is null)
        {
            return;
        }

        LayerEntry? wrong = layer.Index.Count != scanned.Index.Count ? layer.Index.Entries.FirstOrDefault(entry => !scanned.Index.TryGet(entry.Path, out _))
            : layer.Index.Entries.Zip(scanned.Index.Entries).FirstOrDefault(pair => Plain(pair.First) != Plain(pair.Second)).First;
        if (wrong is not null || layer.Index.Count != scanned.Index.Count || layer.TarSize != scanned.TarSize)
        {
            Problem($"lists entries that its tar does not have{(wrong is null ? "" : $", such as /{Shown(wrong.Path)}")}", "the list is made again", Entries);
        }

        // Attributes are compared with the tree; dictionaries have no equality. The writer drops the times, which are all the same.
        static LayerEntry Plain(LayerEntry entry) => entry with { Xattrs = null, ContentDigest = null, DataOffset = -1, ModifiedSeconds = 0 };
    }

    private async Task CheckTreeAsync(Layer? layer, string? source, CancellationToken cancellationToken)
    {
        string? wrong = layer is null
            ? "a tree without a list of entries"
            : TreeComparison.FindDifference(layer, Tree, ignoreOwners, cancellationToken) is { } difference ? $"a tree in which {difference}" : null;
        if (wrong is null && layer!.CanonicalTime is not null)
        {
            // Written by this program: the tar that the tree makes must be the layer, to the last byte.
            Layer written = await CanonicalTar.WriteAsync(layer, Tree, null, _ => { }, cancellationToken);
            wrong = written.DiffId == diffId ? null : "a tree whose files were changed";
        }
        else if (wrong is null && source is not null)
        {
            await using Stream tar = Decompressor.OpenDetected(StoreCheck.Open(source), out _);
            wrong = await TreeComparison.FindChangedFileAsync(layer!, Tree, tar, cancellationToken) is { } path ? $"a tree whose file /{Shown(path)} was changed" : null;
        }

        if (wrong is not null)
        {
            Problem($"has {wrong}", source is null ? "the layer is lost; build, pull or load again" : "the tree is unpacked again", Tree);
        }
    }

    private void Problem(string message, string help, params string[] paths) =>
        _problems.Add(new StoreProblem("damaged-layer", $"the layer {diffId} {message}", help) { Paths = paths });

    private static string Shown(string path) => new([.. path.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
