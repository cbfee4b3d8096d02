using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Store.Checking;

/// <summary>Follows every image of the list to its manifest, config and layers. A layer may be elsewhere, if it is known where.</summary>
/// <param name="layout">Where things are.</param>
/// <param name="index">The list of images.</param>
/// <param name="isGood">Whether a path is there and was found undamaged.</param>
internal sealed class ImageCheck(StoreLayout layout, ImageIndexFile index, Func<string, bool> isGood)
{
    /// <summary>Whether the layer is here in a form the others can be made from, or can be fetched.</summary>
    public bool HasLayer(Digest diffId)
    {
        string folder = layout.Layer(diffId);
        return isGood(layout.Blob(diffId))
            || (isGood(Path.Combine(folder, "tree")) && isGood(Path.Combine(folder, "entries")))
            || LayerJsonContext.Read(Path.Combine(folder, "blobs.json")).Blobs.Any(blob => blob.Origin is not null || isGood(layout.Blob(blob.Descriptor.Digest)));
    }

    public async Task<IReadOnlyList<StoreProblem>> RunAsync(CancellationToken cancellationToken)
    {
        List<StoreProblem> problems = [];
        foreach (IGrouping<Digest, Descriptor> same in index.Read().Manifests.GroupBy(entry => entry.Digest))
        {
            string name = string.Join(", ", same.Select(entry => ImageIndexFile.NameOf(entry)?.Familiar ?? $"without a name ({entry.Digest.Short})").Distinct());
            if (await ProblemOfAsync(same.First(), isTop: true, cancellationToken) is { } problem)
            {
                problems.Add(new StoreProblem("damaged-image", $"the image {name} {problem}", "pull, load or build it again") { Image = same.First() });
            }
        }

        return problems;
    }

    private async Task<string?> ProblemOfAsync(Descriptor target, bool isTop, CancellationToken cancellationToken)
    {
        string path = layout.Blob(target.Digest);
        if (!isGood(path))
        {
            // Of an image for several platforms only the wanted one is fetched.
            return isTop || File.Exists(path) ? $"has no manifest {target.Digest.Short}, or a damaged one" : null;
        }

        try
        {
            byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            if (!MediaTypes.IsIndex(target.MediaType))
            {
                return MediaTypes.IsManifest(target.MediaType) ? await ProblemOfAsync(ImageJson.ReadManifest(bytes), cancellationToken) : null;
            }

            foreach (Descriptor child in ImageJson.ReadIndex(bytes).Manifests)
            {
                if (await ProblemOfAsync(child, isTop: false, cancellationToken) is { } problem)
                {
                    return problem;
                }
            }

            return null;
        }
        catch (InvalidDataException e)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    private async Task<string?> ProblemOfAsync(OciManifest manifest, CancellationToken cancellationToken)
    {
        string config = layout.Blob(manifest.Config.Digest);
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            return null; // not an image but something else that was loaded with one
        }

        if (!isGood(config))
        {
            return $"has no config {manifest.Config.Digest.Short}, or a damaged one";
        }

        IReadOnlyList<Digest> diffIds = ImageJson.ReadConfig(await File.ReadAllBytesAsync(config, cancellationToken)).DiffIds;
        if (diffIds.Count != manifest.Layers.Count)
        {
            return $"has {manifest.Layers.Count} layers in its manifest and {diffIds.Count} in its config";
        }

        Digest[] missing = [.. diffIds.Where((diffId, i) => !HasLayer(diffId) && !isGood(layout.Blob(manifest.Layers[i].Digest)))];
        return missing.Length == 0 ? null : $"needs the layer {missing[0].Short}, which is not here{(missing.Length == 1 ? "" : $", and {missing.Length - 1} more")}";
    }
}
