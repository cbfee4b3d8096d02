using Slipway.Foundation.Files;

namespace Slipway.Packages.Archives;

/// <summary>Files that can be made again, so that they need not be flushed to disk: after a power cut they may be broken, and whoever reads them notices.</summary>
public static class CacheFile
{
    /// <summary>Writes all of it to the side and renames it; a cache that may not be written stays as it is.</summary>
    public static void Write(string path, byte[] content)
    {
        string temporary = AtomicFile.TemporaryBeside(path);
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
        }
    }
}
