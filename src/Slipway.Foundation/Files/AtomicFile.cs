namespace Slipway.Foundation.Files;

/// <summary>Writes a whole file so that a reader, a crash or a full disk never sees half of it: temporary file, fsync, rename.</summary>
public static class AtomicFile
{
    /// <param name="path">The file, absolute.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Its permissions, which it has from its first byte; null: as the umask says.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        string temporary = TemporaryBeside(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, UnixCreateMode = mode };
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>As <see cref="Write"/>, for content that is streamed.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="write">Writes all of it; if that fails, the file is as it was.</param>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        string temporary = TemporaryBeside(path);
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>A name in the same folder (so that the rename cannot cross file systems) that no other writer uses.</summary>
    public static string TemporaryBeside(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
}
