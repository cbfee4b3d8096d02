using Slipway.Images.Layers;
using Slipway.Packages.Contents;

namespace Slipway.Packages.Entries;

/// <summary>
/// Streams entries of an environment into a layer: in the layer's order, with the directories above them, every owner root, every mode 0755 or 0644
/// (docs/decisions/0062). Which threads read what does not show in the bytes.
/// </summary>
public static class EntryLayer
{
    private const int ExecutableMode = 0x1ED, FileMode = 0x1A4, LinkMode = 0x1FF;

    /// <param name="writer">The layer; the caller completes it.</param>
    /// <param name="prefix">The environment's path in the image, absolute.</param>
    /// <param name="entries">What goes into this layer, of one package, several, or all; each path once, except directories.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static Task WriteAsync(LayerWriter writer, string prefix, IEnumerable<EnvironmentEntry> entries, CancellationToken cancellationToken) =>
        WriteAsync(writer, prefix, entries, [], cancellationToken);

    /// <summary>As the other, with paths that the layers below have and the environment has not.</summary>
    /// <param name="writer">The layer; the caller completes it.</param>
    /// <param name="prefix">The environment's path in the image, absolute.</param>
    /// <param name="entries">What goes into this layer; each path once, except directories.</param>
    /// <param name="hidden">Paths relative to the prefix, none of them among the entries or above one.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task WriteAsync(
        LayerWriter writer, string prefix, IEnumerable<EnvironmentEntry> entries, IReadOnlyCollection<string> hidden, CancellationToken cancellationToken)
    {
        string root = LayerPath.Normalize(prefix);
        HashSet<string> whiteouts = [.. hidden.Select(path => LayerPath.Combine(root, path))];
        var sorted = new List<(string Path, EnvironmentEntry? Entry)>();
        var directories = new HashSet<string>(StringComparer.Ordinal);
        AddDirectories(root, directories);
        foreach (EnvironmentEntry entry in entries)
        {
            string path = LayerPath.Combine(root, entry.Path);
            AddDirectories(entry.Kind == PackageMemberKind.Directory ? path : LayerPath.ParentOf(path), directories);
            if (entry.Kind != PackageMemberKind.Directory)
            {
                sorted.Add((path, entry));
            }
        }

        foreach (string path in whiteouts)
        {
            AddDirectories(LayerPath.ParentOf(path), directories);
        }

        sorted.AddRange(directories.Concat(whiteouts).Select(path => (path, (EnvironmentEntry?)null)));
        sorted.Sort(static (a, b) => LayerPath.Compare(a.Path, b.Path));
        await Parallel.ForEachAsync(sorted.Select(pair => pair.Entry?.Contents).OfType<PackageContents>().Distinct(), cancellationToken, (contents, _) =>
        {
            contents.Prepare();
            return ValueTask.CompletedTask;
        });
        var names = new Dictionary<SharedName, string>();
        foreach ((string path, EnvironmentEntry? entry) in sorted)
        {
            if (entry is null)
            {
                LayerEntryKind kind = whiteouts.Contains(path) ? LayerEntryKind.Whiteout : LayerEntryKind.Directory;
                await writer.AddAsync(new LayerEntry { Path = path, Kind = kind, Mode = kind == LayerEntryKind.Directory ? ExecutableMode : 0 }, cancellationToken);
            }
            else
            {
                await WriteAsync(writer, path, entry, names, cancellationToken);
            }
        }
    }

    private static async Task WriteAsync(LayerWriter writer, string path, EnvironmentEntry entry, Dictionary<SharedName, string> names, CancellationToken cancellationToken)
    {
        if (entry.Kind == PackageMemberKind.SymbolicLink)
        {
            await writer.AddAsync(new LayerEntry { Path = path, Kind = LayerEntryKind.SymbolicLink, Mode = LinkMode, LinkTarget = entry.LinkTarget }, cancellationToken);
            return;
        }

        // Names of one file in the package (hard links in its tar) are names of one file in the layer.
        if (SharedName.Of(entry) is { } shared && !names.TryAdd(shared, path))
        {
            await writer.AddAsync(new LayerEntry { Path = path, Kind = LayerEntryKind.HardLink, LinkTarget = names[shared] }, cancellationToken);
            return;
        }

        var file = new LayerEntry { Path = path, Kind = LayerEntryKind.File, Mode = entry.IsExecutable ? ExecutableMode : FileMode, Size = entry.Size };
        if (entry.Size == 0)
        {
            await writer.AddAsync(file, cancellationToken);
        }
        else if (entry.IsUnchanged && entry.Contents!.Spool is { } spool)
        {
            await writer.AddRangeAsync(file, spool, entry.Member!.Content, cancellationToken);
        }
        else if (entry.IsUnchanged && entry.Contents! is FolderContents folder)
        {
            await writer.AddFileAsync(file, folder.PathOf(entry.Member!), cancellationToken);
        }
        else
        {
            await using Stream bytes = entry.Open();
            await writer.AddAsync(file, bytes, cancellationToken);
        }
    }

    private static void AddDirectories(string path, HashSet<string> directories)
    {
        for (; path.Length > 0 && directories.Add(path); path = LayerPath.ParentOf(path))
        {
        }
    }
}
