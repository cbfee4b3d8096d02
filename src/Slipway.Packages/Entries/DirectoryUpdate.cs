using System.Text;
using Slipway.Foundation.Files;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Packages.Entries;

/// <summary>
/// Changes an environment in a directory: some files go, others come. What comes is written beside first; then files are only renamed, and a note of what is to come and go lies there while that
/// is done. If anything fails all is put back, and if the process is killed the next update puts it back.
/// <para>In the directory, while it is changed: <c>.slipway-update/</c> with <c>new/</c> and <c>old/</c>, and <c>journal</c>, whose removal is the moment from which the change holds.</para>
/// </summary>
public static class DirectoryUpdate
{
    private const string Work = ".slipway-update", Journal = "journal", New = "new", Old = "old", Making = "\0\0";

    private static readonly EnumerationOptions s_all = new() { AttributesToSkip = 0 };

    /// <param name="directory">The environment, absolute.</param>
    /// <param name="removed">Paths that go; those that are not there do no harm.</param>
    /// <param name="parts">What comes, as <see cref="DirectoryComposer"/> takes it. A path that is there is replaced.</param>
    /// <param name="made">Paths that the step makes.</param>
    /// <param name="sharing">Whether unchanged files may be shared with the cache of packages.</param>
    /// <param name="threads">How many parts are written at once.</param>
    /// <param name="step">Runs when all is in place and before it holds, such as compiling; null: there is no such step.</param>
    /// <param name="cancellationToken">Stops; all is as it was.</param>
    /// <exception cref="DiagnosticException">Somebody else is changing the environment.</exception>
    public static async Task RunAsync(
        string directory, IEnumerable<string> removed, IReadOnlyList<IReadOnlyList<EnvironmentEntry>> parts, IEnumerable<string> made, FileSharing sharing, int threads, Func<CancellationToken, Task>? step,
        CancellationToken cancellationToken)
    {
        string work = Path.Combine(directory, Work), turn = work + ".lock";
        using FileLock taken = FileLock.TryAcquire(turn) ?? throw new DiagnosticException("prefix-busy", $"'{directory}' is being changed by another process.", "Wait until it is done, and try again.");
        try
        {
            Recover(directory);
            try
            {
                string fresh = Directory.CreateDirectory(Path.Combine(work, New)).FullName;
                await DirectoryComposer.FillAsync(parts, fresh, step is null ? sharing : sharing == FileSharing.Any ? FileSharing.Safe : sharing, threads, cancellationToken);
                string[] coming = [.. Files(fresh)], making = [.. made];
                if (coming.FirstOrDefault(p => new DirectoryInfo(Path.Combine(directory, p)) is { Exists: true, LinkTarget: null }) is { } folder)
                {
                    throw new DiagnosticException("path-conflict", $"'{folder}' in {directory} is a folder, and a file is to come there.", "Move it away if it is yours.");
                }

                AtomicFile.Write(Path.Combine(work, Journal), Encoding.UTF8.GetBytes(string.Join('\0', coming) + Making + string.Join('\0', making)));
                foreach (string path in removed.Concat(coming).Concat(making).Distinct().Where(p => IsFile(Path.Combine(directory, p))))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Move(Path.Combine(directory, path), Path.Combine(work, Old, path));
                }

                foreach (string path in coming)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Move(Path.Combine(fresh, path), Path.Combine(directory, path));
                }

                if (step is not null)
                {
                    await step(cancellationToken);
                }

                File.Delete(Path.Combine(work, Journal)); // from here on it holds
            }
            catch
            {
                Recover(directory);
                throw;
            }

            RemoveEmpty(directory, Files(Path.Combine(work, Old)));
            DirectoryHandle.RemoveTreeAt(work);
        }
        finally
        {
            File.Delete(turn);
        }
    }

    // With a journal what had come goes and what had gone comes back; without one there is only rubbish.
    private static void Recover(string directory)
    {
        string work = Path.Combine(directory, Work), journal = Path.Combine(work, Journal), old = Path.Combine(work, Old);
        if (!Directory.Exists(work))
        {
            return;
        }

        if (File.Exists(journal))
        {
            string fresh = Path.Combine(work, New);
            string[] parts = File.ReadAllText(journal).Split(Making);
            bool isAllThere = Files(fresh).Length == 0; // and only then the step could make anything
            string[] came = [.. Paths(parts[0]).Where(p => !IsFile(Path.Combine(fresh, p))), .. isAllThere ? Paths(parts.ElementAtOrDefault(1) ?? "") : []];
            foreach (string path in came.Where(p => IsFile(Path.Combine(directory, p))))
            {
                File.Delete(Path.Combine(directory, path));
            }

            RemoveEmpty(directory, came);
            foreach (string path in Files(old))
            {
                Move(Path.Combine(old, path), Path.Combine(directory, path));
            }

            File.Delete(journal);
        }

        DirectoryHandle.RemoveTreeAt(work);
    }

    private static IEnumerable<string> Paths(string text) => text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(p => LayerPath.IsNormal(p));

    // Links count as what they are, wherever they lead.
    private static bool IsFile(string path) => new FileInfo(path) is var file && (file.LinkTarget is not null || file.Exists);

    private static void Move(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (Directory.Exists(from)) // a link to a folder; File.Move would not see it
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    private static void RemoveEmpty(string directory, IEnumerable<string> paths)
    {
        foreach (string folder in paths.Select(LayerPath.ParentOf).Distinct().OrderByDescending(f => f.Length).ToArray())
        {
            for (string path = folder; path.Length > 0; path = LayerPath.ParentOf(path))
            {
                string full = Path.Combine(directory, path);
                if (!Directory.Exists(full) || Directory.EnumerateFileSystemEntries(full).Any())
                {
                    break;
                }

                Directory.Delete(full);
            }
        }
    }

    // Links are files here, wherever they lead.
    private static string[] Files(string folder)
    {
        List<string> found = [];
        var open = new Stack<DirectoryInfo>(Directory.Exists(folder) ? [new DirectoryInfo(folder)] : []);
        while (open.TryPop(out DirectoryInfo? next))
        {
            foreach (FileSystemInfo entry in next.EnumerateFileSystemInfos("*", s_all))
            {
                if (entry is DirectoryInfo { LinkTarget: null } below)
                {
                    open.Push(below);
                }
                else
                {
                    found.Add(Path.GetRelativePath(folder, entry.FullName));
                }
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}
