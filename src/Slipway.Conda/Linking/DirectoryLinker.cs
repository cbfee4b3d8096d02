using Slipway.Conda.Packages;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Conda.Linking;

/// <summary>
/// Puts an environment into a directory of this machine. It is made beside its place and moved there when it is whole, so that nobody sees half of one and a failure leaves nothing.
/// </summary>
public static class DirectoryLinker
{
    /// <param name="plan">The environment; its prefix is the directory, which must not exist or be empty.</param>
    /// <param name="sharing">Whether unchanged files may be shared with the cache of packages, if they are unpacked there.</param>
    /// <param name="threads">How many packages are written at once.</param>
    /// <param name="cancellationToken">Stops; nothing is left.</param>
    /// <exception cref="DiagnosticException">There is something in the directory.</exception>
    public static Task LinkAsync(LinkPlan plan, FileSharing sharing, int threads, CancellationToken cancellationToken) =>
        LinkAsync(plan, sharing, threads, null, cancellationToken);

    /// <summary>Also takes a step in the whole environment before it is moved to its place, such as running scripts; if that fails, nothing is left.</summary>
    /// <param name="plan">The environment; its prefix is the directory, which must not exist or be empty.</param>
    /// <param name="sharing">Whether unchanged files may be shared with the cache of packages. With a step no file is a hard link to the cache, for the step may write into it.</param>
    /// <param name="threads">How many packages are written at once.</param>
    /// <param name="beforeMove">Gets the directory beside the place in which the environment still is; null: there is no such step.</param>
    /// <param name="cancellationToken">Stops; nothing is left.</param>
    /// <exception cref="DiagnosticException">There is something in the directory.</exception>
    public static async Task LinkAsync(
        LinkPlan plan, FileSharing sharing, int threads, Func<string, CancellationToken, Task>? beforeMove, CancellationToken cancellationToken)
    {
        if (beforeMove is not null && sharing == FileSharing.Any)
        {
            sharing = FileSharing.Safe;
        }

        string directory = plan.Options.Prefix, parent = Path.GetDirectoryName(directory)!;
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
        {
            throw new DiagnosticException("prefix-not-empty", $"'{directory}' is not empty.", "Name another directory, or remove this one.");
        }

        Directory.CreateDirectory(parent);
        string temporary = Path.Combine(parent, $".{Path.GetFileName(directory)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            await FillAsync(plan, temporary, sharing, threads, cancellationToken);
            if (beforeMove is not null)
            {
                await beforeMove(temporary, cancellationToken);
            }

            if (Directory.Exists(directory))
            {
                Directory.Delete(directory); // empty, or this fails
            }

            Directory.Move(temporary, directory);
        }
        catch
        {
            DirectoryHandle.RemoveTreeAt(temporary);
            throw;
        }
    }

    private static async Task FillAsync(LinkPlan plan, string root, FileSharing sharing, int threads, CancellationToken cancellationToken)
    {
        var directories = new SortedSet<string>(LayerPath.Order);
        foreach (LinkEntry entry in plan.Entries)
        {
            for (string path = entry.Kind == PackageMemberKind.Directory ? entry.Path : LayerPath.ParentOf(entry.Path);
                path.Length > 0 && directories.Add(path);
                path = LayerPath.ParentOf(path))
            {
            }
        }

        foreach (string path in directories)
        {
            Directory.CreateDirectory(Path.Combine(root, path));
        }

        IReadOnlyList<LinkEntry>[] parts = [.. plan.Packages.Select(package => package.Entries), plan.Own];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(parts, options, (entries, token) =>
        {
            using var writer = new DirectoryWriter(root, sharing);
            foreach (LinkEntry entry in entries)
            {
                token.ThrowIfCancellationRequested();
                writer.Write(entry);
            }

            return ValueTask.CompletedTask;
        });
    }
}
