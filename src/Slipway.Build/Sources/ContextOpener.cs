using Slipway.Build.Contexts;
using Slipway.Build.Operations;
using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Images.Store;

namespace Slipway.Build.Sources;

/// <summary>What an address or a stream turned out to be.</summary>
/// <param name="Place">What messages call it.</param>
/// <param name="Tree">Its files; null when it is nothing but a recipe.</param>
/// <param name="Root">The directory of the tree that is the context, normal and without links.</param>
/// <param name="Recipe">The recipe, when what came was one.</param>
public sealed record OpenedContext(string Place, SnapshotTree? Tree, string Root, string? Recipe)
{
    /// <summary>As files for a build.</summary>
    public IBuildContext ToContext(IgnoreMatcher? ignore) => new ArchivedContext(Tree!, Root, ignore, Place);
}

/// <summary>
/// Opens contexts that are not folders: repositories, archives and recipes from the web or from standard input. Their files become a layer of the store that
/// belongs to no image, read with the same care as a foreign layer; what came before is not fetched or unpacked again.
/// </summary>
public sealed class ContextOpener(ImageStore store, RemoteSources sources)
{
    private const int LargestRecipe = 8 << 20;

    /// <exception cref="DiagnosticException">The repository, reference or directory is not there.</exception>
    public async Task<OpenedContext> OpenGitAsync(GitReference git, bool keepGitDirectory, CancellationToken cancellationToken)
    {
        GitAddress address = GitAddress.Of(git, keepGitDirectory);
        SnapshotTree tree = await sources.Repositories.CheckOutAsync(address, git.Checksum.Length > 0 ? git.Checksum : null, cancellationToken);
        ResolvedPath root = await PathResolver.ResolveAsync(tree, git.Subdirectory, followLast: true, cancellationToken);
        return root.Node?.Kind == FileKind.Directory ? new OpenedContext(address.Shown, tree, root.Path, null) : throw new DiagnosticException(
            "no-such-folder", $"{address.Shown} has no directory {git.Subdirectory}", await NearestAsync(tree, git.Subdirectory, cancellationToken));
    }

    /// <summary>An archive is a context; anything else counts as a recipe, and is the one file of a context as well.</summary>
    /// <exception cref="DiagnosticException">It cannot be downloaded, or is a broken archive.</exception>
    public async Task<OpenedContext> OpenHttpAsync(Uri url, CancellationToken cancellationToken)
    {
        RemoteFile file = await sources.Downloads.FetchAsync(url, null, cancellationToken);
        string place = Foundation.Http.SafeAddress.Of(url);
        KeyBuilder key = new KeyBuilder().Add("context", file.Digest.ToString()).Add("name", file.Name);
        if (await store.Keys.GetAsync(key.ToDigest(), cancellationToken) is { Layers: [var known] } && store.Layers.Exists(known))
        {
            return new OpenedContext(place, await SnapshotTree.LoadAsync(store.Layers, [known], cancellationToken), "", await RecipeOfAsync(file, place, cancellationToken));
        }

        await using Stream bytes = store.Blobs.OpenRead(file.Digest);
        Digest layer = await IsArchiveAsync(bytes, cancellationToken)
            ? await AddAsync(store.Blobs.OpenRead(file.Digest), place, cancellationToken)
            : await LayoutWriter.WriteTreeAsync(store.Layers, file.AsTree(store.Blobs), cancellationToken);
        await store.Keys.PutAsync(key.ToDigest(), new KeyRecord { Operation = $"context {place}", Parts = key.Parts, Layers = [layer] }, cancellationToken);
        return new OpenedContext(place, await SnapshotTree.LoadAsync(store.Layers, [layer], cancellationToken), "", await RecipeOfAsync(file, place, cancellationToken));
    }

    /// <summary>A tar, compressed or not, is a context; anything else is a recipe.</summary>
    /// <param name="stream">What cannot be read twice.</param>
    /// <param name="place">What messages call it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DiagnosticException">A broken archive, or a recipe of impossible length.</exception>
    public async Task<OpenedContext> OpenStreamAsync(Stream stream, string place, CancellationToken cancellationToken)
    {
        byte[] start = new byte[TarDetection.HeaderLength];
        int length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var whole = new PrefixedStream(start.AsMemory(0, length), stream);
        if (Decompressor.Detect(start.AsSpan(0, length)) == CompressionKind.None && !TarDetection.IsHeader(start.AsSpan(0, length)))
        {
            return new OpenedContext(place, null, "", await ReadRecipeAsync(whole, place, cancellationToken));
        }

        Digest layer = await AddAsync(whole, place, cancellationToken);
        return new OpenedContext(place, await SnapshotTree.LoadAsync(store.Layers, [layer], cancellationToken), "", null);
    }

    /// <summary>A recipe from the web, for <c>-f URL</c>.</summary>
    public async Task<string> ReadRecipeAsync(Uri url, CancellationToken cancellationToken)
    {
        RemoteFile file = await sources.Downloads.FetchAsync(url, null, cancellationToken);
        await using Stream bytes = store.Blobs.OpenRead(file.Digest);
        return await ReadRecipeAsync(bytes, Foundation.Http.SafeAddress.Of(url), cancellationToken);
    }

    /// <exception cref="DiagnosticException">It is too long for a recipe.</exception>
    public static async Task<string> ReadRecipeAsync(Stream stream, string place, CancellationToken cancellationToken)
    {
        var text = new MemoryStream();
        byte[] buffer = new byte[1 << 14];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            text.Write(buffer, 0, read);
            if (text.Length > LargestRecipe)
            {
                throw new DiagnosticException("not-a-recipe", $"{place} is neither an archive nor a Dockerfile: it has more than {LargestRecipe >> 20} MiB", "give a tar archive, or the Dockerfile itself");
            }
        }

        return System.Text.Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private async Task<string?> RecipeOfAsync(RemoteFile file, string place, CancellationToken cancellationToken)
    {
        await using Stream bytes = store.Blobs.OpenRead(file.Digest);
        if (file.Size > LargestRecipe || await IsArchiveAsync(bytes, cancellationToken))
        {
            return null;
        }

        await using Stream again = store.Blobs.OpenRead(file.Digest);
        return await ReadRecipeAsync(again, place, cancellationToken);
    }

    private static async Task<bool> IsArchiveAsync(Stream bytes, CancellationToken cancellationToken)
    {
        byte[] start = new byte[TarDetection.HeaderLength];
        int length = await bytes.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return Decompressor.Detect(start.AsSpan(0, length)) != CompressionKind.None || TarDetection.IsHeader(start.AsSpan(0, length));
    }

    private async Task<Digest> AddAsync(Stream archive, string place, CancellationToken cancellationToken)
    {
        try
        {
            var options = new UnpackOptions { Whiteouts = false, RefuseAbsolutePaths = true, Name = place, MaximumBytes = sources.Options.LargestSource };
            return (await store.Layers.AddTarAsync(archive, options, cancellationToken)).DiffId;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DiagnosticException("broken-archive", $"{place} is a broken archive: {e.Message}", "make or download it again");
        }
    }

    private static async Task<string?> NearestAsync(SnapshotTree tree, string path, CancellationToken cancellationToken)
    {
        IReadOnlyList<FileNode> siblings = await tree.ListAsync(PathResolver.Parent(PathResolver.Clean(path)), cancellationToken);
        string[] names = [.. siblings.Where(node => node.Kind == FileKind.Directory).Select(node => node.Path)];
        return Suggestion.Nearest(PathResolver.Clean(path), names) is { } near ? $"did you mean {near}?" : names.Length > 0 ? $"it has {string.Join(", ", names.Take(10))}" : null;
    }
}
