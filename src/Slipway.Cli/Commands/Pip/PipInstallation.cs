using Slipway.Packages.Archives;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Wheels;

namespace Slipway.Cli.Commands.Pip;

/// <summary>A wheel that is to be installed, and what is known of it besides.</summary>
/// <param name="Source">Where it is.</param>
/// <param name="IsRequested">Whether the user asked for it.</param>
/// <param name="Origin">The address that was asked for in place of an index; null: an index.</param>
/// <param name="Expected">Its project, perhaps with the version that was solved or locked.</param>
internal sealed record PipWheel(ArchiveSource Source, bool IsRequested, DirectUrl? Origin, string Expected);

/// <summary>What is installed of a lock.</summary>
internal static class PipInstallation
{
    /// <summary>A locked file as the cache is asked for it.</summary>
    public static ArchiveSource SourceOf(LockedFile file, string lockPath) => new()
    {
        FileName = file.FileName,
        Url = AddressOf(file.Url, file.Path, lockPath),
        StoredName = file.Wheel is not null ? "package.whl" : file.FileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? "package.zip" : "package.tar.gz",
        Size = file.Size,
        Hashes = [.. file.Hashes.Select(h => ArchiveHash.TryCreate(h.Algorithm, h.Value)).OfType<ArchiveHash>()],
        Announcer = "lock",
    };

    /// <summary>The address of a folder or archive that was asked for by it, with its hash behind.</summary>
    public static string AddressOf(SelectedDistribution selected, string lockPath) => selected.Package switch
    {
        { Directory: { } folder } => AddressOf(null, folder.Path, lockPath),
        { Archive: { } file } => AddressOf(file.Url, file.Path, lockPath) + Fragment(file),
        { Vcs: { Type: "git" } commit } => $"git+{AddressOf(commit.Url, commit.Path, lockPath)}@{commit.CommitId}{(commit.Subdirectory is { } below ? "#subdirectory=" + below : "")}",
        { Vcs: { } other } => $"{other.Type}+{other.Url}",
        _ => selected.Package.ToString(),
    };

    private static string Fragment(LockedFile file)
    {
        string[] parts = [.. file.Hashes.Take(1).Select(h => $"{h.Algorithm}={h.Value}"), .. file.Subdirectory is { } folder ? [$"subdirectory={folder}"] : Array.Empty<string>()];
        return parts.Length > 0 ? "#" + string.Join('&', parts) : "";
    }

    private static string AddressOf(string? url, string? path, string lockPath) => url ?? new Uri(Path.GetFullPath(path!, Path.GetDirectoryName(Path.GetFullPath(lockPath))!)).AbsoluteUri;
}
