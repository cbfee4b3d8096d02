namespace Slipway.Packages.Contents;

/// <summary>What a member of a package is.</summary>
public enum PackageMemberKind : byte
{
    File,
    SymbolicLink,
    Directory,
}

/// <summary>A member of a package as its archive has it; the names are checked.</summary>
/// <param name="Path">Its path, relative to the root of the package.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsExecutable">Whether its owner may execute it. Nothing else of the archive's mode and owner is kept (docs/decisions/0062).</param>
/// <param name="Size">The bytes of a file.</param>
/// <param name="LinkTarget">A symbolic link's text.</param>
/// <param name="Content">Names the bytes of a file in the <see cref="PackageContents"/>; other names of one file (hard links in a tar) have the same; -1 for what has none.</param>
public sealed record PackageMember(string Path, PackageMemberKind Kind, bool IsExecutable, long Size, string? LinkTarget, long Content);
