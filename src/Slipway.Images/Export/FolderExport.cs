using System.IO.Pipelines;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;

namespace Slipway.Images.Export;

/// <summary>
/// Writes an exported file system into a folder. It is made beside its place and moved there when it is whole; in a folder that exists already, what has the
/// same name is replaced and everything else stays.
/// </summary>
public static class FolderExport
{
    /// <param name="tar">Writes the file system.</param>
    /// <param name="folder">The folder, absolute; it need not exist.</param>
    /// <param name="ignoreOwnerErrors">Go on when an owner cannot be set.</param>
    /// <param name="cancellationToken">Gives up; the folder is then as it was.</param>
    public static async Task WriteAsync(Func<Stream, CancellationToken, Task> tar, string folder, bool ignoreOwnerErrors, CancellationToken cancellationToken)
    {
        bool exists = Directory.Exists(folder);
        Directory.CreateDirectory(exists ? folder : Path.GetDirectoryName(folder)!);

        // Inside an existing folder, because it may be a mount of its own or stand in a folder that may not be written.
        string staged = Path.Combine(exists ? folder : Path.GetDirectoryName(folder)!, $".slipway-{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(staged);
        try
        {
            await UnpackAsync(tar, staged, ignoreOwnerErrors, cancellationToken);
            if (exists)
            {
                Merge(staged, folder);
            }
            else
            {
                Directory.Move(staged, folder);
            }
        }
        finally
        {
            if (Directory.Exists(staged))
            {
                DirectoryHandle.RemoveTreeAt(staged);
            }
        }
    }

    private static async Task UnpackAsync(Func<Stream, CancellationToken, Task> tar, string folder, bool ignoreOwnerErrors, CancellationToken cancellationToken)
    {
        var pipe = new System.IO.Pipelines.Pipe(new PipeOptions(pauseWriterThreshold: 8 << 20, resumeWriterThreshold: 4 << 20, minimumSegmentSize: 1 << 16));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task writing = Task.Run(
            async () =>
            {
                try
                {
                    await tar(pipe.Writer.AsStream(leaveOpen: true), stop.Token);
                    await pipe.Writer.CompleteAsync();
                }
                catch (Exception e)
                {
                    await pipe.Writer.CompleteAsync(e); // the reader throws it
                }
            },
            CancellationToken.None);
        var options = new UnpackOptions { Whiteouts = false, DetectCompression = false, IgnoreOwnerErrors = ignoreOwnerErrors, Name = "the exported file system" };
        try
        {
            await TreeUnpacker.UnpackAsync(pipe.Reader.AsStream(), folder, options, cancellationToken);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }

    // Links in the folder are replaced, never followed.
    private static void Merge(string staged, string folder)
    {
        foreach (FileSystemInfo source in new DirectoryInfo(staged).GetFileSystemInfos())
        {
            string target = Path.Combine(folder, source.Name);
            bool isFolder = IsFolder(source.FullName), hasFolder = IsFolder(target);
            if (isFolder && hasFolder)
            {
                Merge(source.FullName, target);
                File.SetUnixFileMode(target, File.GetUnixFileMode(source.FullName));
                continue;
            }

            if (hasFolder)
            {
                DirectoryHandle.RemoveTreeAt(target);
            }

            if (isFolder)
            {
                File.Delete(target);
                Directory.Move(source.FullName, target);
            }
            else
            {
                File.Move(source.FullName, target, overwrite: true);
            }
        }
    }

    private static bool IsFolder(string path) => FileStatus.TryOf(path, out FileStatus status) && status.Kind == FileKind.Directory;
}
