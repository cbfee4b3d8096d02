using Slipway.Build.Contexts;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.Images.Store;

namespace Slipway.Build.Operations;

/// <summary>Gives the entries of a layout their content digests, names the whole by one digest, and writes the layer.</summary>
internal static class LayoutWriter
{
    /// <summary>Hashes the files (those not remembered) on as many threads as there are processors.</summary>
    public static async Task<IReadOnlyList<PlacedEntry>> WithDigestsAsync(
        IReadOnlyList<PlacedEntry> entries, CancellationToken cancellationToken)
    {
        PlacedEntry[] result = [.. entries];
        await Parallel.ForAsync(0, result.Length, cancellationToken, async (i, token) =>
        {
            PlacedEntry placed = result[i];
            if (placed.HasContent)
            {
                Digest digest = await placed.Tree!.DigestAsync(placed.Source!, token);
                result[i] = placed with { Entry = placed.Entry with { ContentDigest = digest } };
            }
        });
        return result;
    }

    /// <summary>Names exactly what the layer will hold; times are not in it because every layer has one constant time.</summary>
    public static Digest DigestOf(IReadOnlyList<PlacedEntry> entries)
    {
        using var hash = new RecordHash();
        foreach (PlacedEntry placed in entries)
        {
            LayerEntry e = placed.Entry;
            hash.Append(e.Path);
            hash.Append((int)e.Kind);
            hash.Append(e.Mode);
            hash.Append(e.Uid);
            hash.Append(e.Gid);
            hash.Append(e.Size);
            hash.Append(e.DeviceMajor);
            hash.Append(e.DeviceMinor);
            hash.Append(e.ContentDigest?.ToString() ?? "");
            hash.Append(e.LinkTarget ?? "");
            hash.Append(e.Xattrs?.Count ?? 0);
            if (e.Xattrs is { Count: > 0 } xattrs)
            {
                foreach ((string name, ReadOnlyMemory<byte> value) in xattrs.OrderBy(x => x.Key, StringComparer.Ordinal))
                {
                    hash.Append(name);
                    hash.Append(value.Span);
                }
            }
        }

        return hash.ToDigest();
    }

    /// <summary>A layer of all that a tree holds, which belongs to no image.</summary>
    public static async Task<Digest> WriteTreeAsync(LayerStore layers, IFileTree tree, CancellationToken cancellationToken)
    {
        var layout = new CopyLayout(EmptyTree.Instance, null, null);
        await layout.PlaceContentAsync(tree, "", "", _ => false, cancellationToken);
        IReadOnlyList<PlacedEntry> entries = await WithDigestsAsync(layout.Finish(), cancellationToken);
        return (await WriteAsync(layers, entries, new LayerWriterOptions(), cancellationToken)).DiffId;
    }

    /// <exception cref="IOException">A file of the context changed since it was hashed.</exception>
    public static async Task<Layer> WriteAsync(
        LayerStore layers, IReadOnlyList<PlacedEntry> entries, LayerWriterOptions options, CancellationToken cancellationToken)
    {
        await using LayerWriter writer = layers.CreateWriter(options);
        foreach (PlacedEntry placed in entries)
        {
            if (!placed.HasContent || placed.Entry.Size == 0)
            {
                await writer.AddAsync(placed.Entry, cancellationToken);
            }
            else if (placed.Tree is LocalContext context)
            {
                string path = context.FullPath(placed.Source!.Path);
                if (FileStatus.Of(path) is var now && now.ModifiedNanoseconds != placed.Source.Status!.Value.ModifiedNanoseconds)
                {
                    throw new IOException($"'{path}' changed while it was being copied; build again");
                }

                await writer.AddFileAsync(placed.Entry, path, cancellationToken);
            }
            else if (placed.Tree is SnapshotTree snapshot)
            {
                await snapshot.CopyToAsync(placed.Source!, writer, placed.Entry, cancellationToken);
            }
            else
            {
                await using Stream data = await placed.Tree!.OpenAsync(placed.Source!, cancellationToken);
                await writer.AddAsync(placed.Entry, data, cancellationToken);
            }
        }

        return await writer.CompleteAsync(cancellationToken);
    }
}
