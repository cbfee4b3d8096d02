using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;

namespace Slipway.Packages.Entries;

/// <summary>
/// Puts an environment into a directory of this machine. It is made beside its place and moved there when it is whole, so that nobody sees half of one and a failure leaves nothing.
/// </summary>
public static class DirectoryComposer
{
    /// <param name="directory">Its place: an absolute path that must not exist or be an empty directory.</param>
    /// <param name="parts">The entries, in parts that are written at once: the files of one package together, each path once, except directories.</param>
    /// <param name="sharing">Whether unchanged files may be shared with the cache of packages. With a step no file is a hard link to the cache, for the step may write into it.</param>
    /// <param name="threads">How many parts are written at once.</param>
    /// <param name="beforeMove">A step in the whole environment before it is moved, such as running scripts: gets the directory beside the place in which the environment still is. If it fails, nothing is left. Null: there is no such step.</param>
    /// <param name="cancellationToken">Stops; nothing is left.</param>
    /// <exception cref="DiagnosticException">There is something in the directory.</exception>
    public static Task WriteAsync(
        string directory, IReadOnlyList<IReadOnlyList<EnvironmentEntry>> parts, FileSharing sharing, int threads, Func<string, CancellationToken, Task>? beforeMove, CancellationToken cancellationToken) =>
        File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
            ? throw new DiagnosticException("prefix-not-empty", $"'{directory}' is not empty.", "Name another directory, or remove this one.")
            : ReplaceAsync(directory, parts, sharing, threads, beforeMove, cancellationToken);

    /// <summary>Takes the place of a directory, with all that is in it: programs that look into it see the old environment or the new one, and the old one is removed afterwards.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public static async Task ReplaceAsync(
        string directory, IReadOnlyList<IReadOnlyList<EnvironmentEntry>> parts, FileSharing sharing, int threads, Func<string, CancellationToken, Task>? beforeMove, CancellationToken cancellationToken)
    {
        if (beforeMove is not null && sharing == FileSharing.Any)
        {
            sharing = FileSharing.Safe;
        }

        string parent = Path.GetDirectoryName(directory)!;
        Directory.CreateDirectory(parent);
        string temporary = Path.Combine(parent, $".{Path.GetFileName(directory)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            await FillAsync(parts, temporary, sharing, threads, cancellationToken);
            if (beforeMove is not null)
            {
                await beforeMove(temporary, cancellationToken);
            }

            if (Directory.Exists(directory) && PathExchange.TryRun(temporary, directory))
            {
                DirectoryHandle.RemoveTreeAt(temporary); // what was there
                return;
            }

            MoveInPlace(temporary, directory);
        }
        catch
        {
            DirectoryHandle.RemoveTreeAt(temporary);
            throw;
        }
    }

    // For file systems that cannot exchange: there is a moment without the directory.
    private static void MoveInPlace(string temporary, string directory)
    {
        string old = temporary + ".old";
        if (Directory.Exists(directory))
        {
            Directory.Move(directory, old);
        }

        try
        {
            Directory.Move(temporary, directory);
        }
        catch when (Directory.Exists(old))
        {
            Directory.Move(old, directory);
            throw;
        }

        DirectoryHandle.RemoveTreeAt(old);
    }

    /// <summary>Writes entries below a directory that is there and empty.</summary>
    internal static async Task FillAsync(IReadOnlyList<IReadOnlyList<EnvironmentEntry>> parts, string root, FileSharing sharing, int threads, CancellationToken cancellationToken)
    {
        var directories = new SortedSet<string>(LayerPath.Order);
        foreach (EnvironmentEntry entry in parts.SelectMany(part => part))
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

        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(parts, options, (entries, token) =>
        {
            using var writer = new DirectoryWriter(root, sharing);
            foreach (EnvironmentEntry entry in entries)
            {
                token.ThrowIfCancellationRequested();
                writer.Write(entry);
            }

            return ValueTask.CompletedTask;
        });
    }
}
