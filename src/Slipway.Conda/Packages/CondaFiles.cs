using Slipway.Packages.Archives;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Packages;

/// <summary>Conda packages unpacked once for all environments on this machine (<see cref="SharedFiles{T}"/>).</summary>
internal static class CondaFiles
{
    internal static Task<UnpackedPackage> OpenAsync(CachedArchive cached, SemaphoreSlim threads, CancellationToken cancellationToken) =>
        new SharedFiles<UnpackedPackage>(TryOpen, (archive, folder) => Unpack(archive, folder, cancellationToken)).OpenAsync(cached, threads, cancellationToken);

    private static Action Unpack(CachedArchive cached, string folder, CancellationToken cancellationToken)
    {
        using var archive = ArchiveFile.Open(cached.ArchivePath);
        using UnpackedPackage package = PackageUnpacker.Unpack(cached.FileName, archive, new FolderContents(folder), cancellationToken);
        var listing = new PackageListing(package.Info, [.. package.Members.Values]);
        return () => listing.Write(ListingOf(cached));
    }

    private static UnpackedPackage? TryOpen(CachedArchive cached) =>
        Directory.Exists(cached.FilesPath) && PackageListing.Read(ListingOf(cached)) is { } listing
            ? new UnpackedPackage(cached.FileName, listing.Info, listing.Members.ToDictionary(member => member.Path, StringComparer.Ordinal), new FolderContents(cached.FilesPath)) { CacheFolder = cached.Folder }
            : null;

    private static string ListingOf(CachedArchive cached) => Path.Combine(cached.Folder, "files.json");
}
