using Slipway.Packages.Archives;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Packages;

/// <summary>Opens package archives that lie on disk.</summary>
public static class PackageArchive
{
    /// <summary>Reads a whole archive, on a thread of its own; its files' bytes go into a temporary file without a name.</summary>
    /// <param name="path">The archive; the ending of its name tells the format.</param>
    /// <param name="spool">A path that nothing has, on a disk with room for the package's files.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">The package is hostile or damaged.</exception>
    public static Task<UnpackedPackage> UnpackAsync(string path, string spool, CancellationToken cancellationToken) =>
        UnpackAsync(Path.GetFileName(path), path, spool, cancellationToken);

    /// <param name="fileName">What the archive is called where it comes from; the ending tells the format.</param>
    internal static Task<UnpackedPackage> UnpackAsync(string fileName, string path, string spool, CancellationToken cancellationToken) =>
        LongWork.RunAsync(() =>
        {
            using var archive = ArchiveFile.Open(path);
            return PackageUnpacker.Unpack(fileName, archive, new SpooledContents(spool), cancellationToken);
        }, cancellationToken);
}
