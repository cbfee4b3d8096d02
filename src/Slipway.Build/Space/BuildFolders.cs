using Slipway.Images.Store;
using Slipway.Sandbox.Caches;

namespace Slipway.Build.Space;

/// <summary>The folders that builds keep in the store's, beside what the store itself keeps.</summary>
public static class BuildFolders
{
    /// <summary><c>cache-v1/</c>: the folders of <c>RUN --mount=type=cache</c>.</summary>
    public static CacheMounts Mounts(ImageStore store) => new(Path.Combine(store.Root, "cache-v1"));

    /// <summary><c>logs-v1/</c>: the whole output of steps.</summary>
    public static string Logs(ImageStore store) => Path.Combine(store.Root, "logs-v1");

    /// <summary><c>stat-v1/</c>: what the files of each context looked like when they were hashed.</summary>
    public static string Stats(ImageStore store) => Path.Combine(store.Root, "stat-v1");

    /// <summary>The names of all folders there are.</summary>
    internal static IReadOnlyList<string> Known { get; } = ["blobs", "layers-v1", "keys-v1", "locks-v1", "tmp-v1", "cache-v1", "logs-v1", "stat-v1"];

    internal static string Temporary(ImageStore store) => Path.Combine(store.Root, "tmp-v1");
}
