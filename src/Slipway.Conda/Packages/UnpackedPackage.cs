using Slipway.Packages.Contents;

namespace Slipway.Conda.Packages;

/// <summary>A package whose archive was read: what it says of itself, its members by path, and the bytes of its files.</summary>
public sealed class UnpackedPackage : IDisposable
{
    internal UnpackedPackage(string fileName, PackageInfo info, IReadOnlyDictionary<string, PackageMember> members, PackageContents contents) =>
        (FileName, Info, Members, Contents) = (fileName, info, members, contents);

    /// <summary>The archive's file name, for messages.</summary>
    public string FileName { get; }

    /// <summary>A folder beside the archive for what is worth keeping of it; null when it does not lie in a cache.</summary>
    internal string? CacheFolder { get; init; }

    public PackageInfo Info { get; }

    public IReadOnlyDictionary<string, PackageMember> Members { get; }

    public PackageContents Contents { get; }

    public void Dispose() => Contents.Dispose();
}
