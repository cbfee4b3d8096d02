using Slipway.Images.Model;
using Slipway.Images.Registry;

namespace Slipway.Images.SharedCache;

/// <summary>
/// The origins of layers that shared caches hold: <c>cache:registry:HOST/REPOSITORY</c> and <c>cache:folder:/PATH</c>. A layer whose origin has gone is made
/// again, unlike one of a base image, so that such an origin is forgotten when it fails.
/// </summary>
public static class CacheOrigins
{
    private const string Registry = "cache:registry:", Folder = "cache:folder:";

    public static bool IsCache(string? origin) => origin is not null && origin.StartsWith("cache:", StringComparison.Ordinal);

    /// <summary>The origin in words: the cache's name, or the origin itself.</summary>
    public static string Describe(string origin) =>
        origin.StartsWith(Registry, StringComparison.Ordinal) ? $"the cache {origin[Registry.Length..]}"
        : origin.StartsWith(Folder, StringComparison.Ordinal) ? $"the cache {origin[Folder.Length..]}"
        : origin;

    /// <summary>Whether it is a folder of this machine.</summary>
    public static bool IsFolder(string origin) => origin.StartsWith(Folder, StringComparison.Ordinal);

    internal static string OfRegistry(ImageReference reference) => Registry + reference.Name;

    internal static string OfFolder(string folder) => Folder + folder;

    /// <summary>Opens a blob at such an origin. Who reads it checks its digest.</summary>
    /// <exception cref="Foundation.Text.DiagnosticException">It is not there, or cannot be reached.</exception>
    public static Task<Stream> FetchAsync(Registries registries, Descriptor blob, string origin, CancellationToken cancellationToken) =>
        origin.StartsWith(Folder, StringComparison.Ordinal)
            ? Task.FromResult(FolderCache.OpenBlob(origin[Folder.Length..], blob.Digest))
            : OpenDirect(registries, blob, ImageReference.Parse(origin[Registry.Length..]));

    private static Task<Stream> OpenDirect(Registries registries, Descriptor blob, ImageReference reference) =>
        Task.FromResult(registries.Direct(reference).OpenBlob(reference.Repository, blob, progress: null));
}
