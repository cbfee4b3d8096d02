namespace Slipway.Packages.Entries;

/// <summary>How an environment in a directory may share files with the cache of packages.</summary>
public enum FileSharing
{
    /// <summary>Blocks where the file system can (btrfs, XFS), else hard links, as conda does: who changes such a file in place changes the cache's, too. Else copies.</summary>
    Any,

    /// <summary>Blocks where the file system can, else copies: nobody can change another's file.</summary>
    Safe,

    /// <summary>Copies.</summary>
    None,
}
