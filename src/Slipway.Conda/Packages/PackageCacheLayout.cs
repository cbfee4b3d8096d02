using Slipway.Conda.Records;
using Slipway.Foundation.Hashing;

namespace Slipway.Conda.Packages;

/// <summary>
/// What lies where in the cache of packages, the folder <c>packages-v1</c> of the store; a change of its form is a new number in the name:
/// <list type="bullet">
/// <item><c>&lt;2 hex&gt;/&lt;sha256&gt;/package.conda</c> or <c>package.tar.bz2</c>: a whole archive whose bytes were checked. The folder's modification time is its last use.</item>
/// <item><c>&lt;2 hex&gt;/&lt;sha256&gt;/files/</c>, <c>files.json</c>: its files, by number, for environments on this machine that share them, and what they are; made when first asked for.</item>
/// <item><c>&lt;2 hex&gt;/&lt;sha256&gt;/listing-v1.json</c>, <c>relocated-v1-&lt;prefix&gt;.json</c>: what is in the archive, and how large its relocated files are; made when it is first read.</item>
/// <item><c>md5/&lt;md5&gt;</c>: the sha256 of the archive with that md5, for channels that say no more.</item>
/// <item><c>partial/&lt;key&gt;</c>, <c>.lock</c>: a download that is under way or was broken off, and who is at it.</item>
/// </list>
/// </summary>
internal sealed class PackageCacheLayout(string root)
{
    internal string Partial => Path.Combine(root, "partial");

    internal string Md5 => Path.Combine(root, "md5");

    internal string FolderOf(string sha256) => Path.Combine(root, sha256[..2], sha256);

    internal string ArchiveOf(string sha256, PackageFormat format) => Path.Combine(FolderOf(sha256), format == PackageFormat.Conda ? "package.conda" : "package.tar.bz2");

    /// <summary>The lock of those who unpack or remove a package; beside its folder, whose time it must not touch.</summary>
    internal static string LockOf(string folder) => folder + ".lock";

    /// <summary>The folders of all packages.</summary>
    internal IEnumerable<string> Folders() => Directory.EnumerateDirectories(root, "??").SelectMany(Directory.EnumerateDirectories);

    internal string FilesOf(string sha256) => Path.Combine(FolderOf(sha256), "files");

    internal string Md5Of(string md5) => Path.Combine(Md5, md5);

    /// <summary>Names a download by what identifies it best; a digest, so that nothing of an address gets into a path.</summary>
    internal string PartialOf(PackageRecord package) => Path.Combine(Partial, (package switch
    {
        { Sha256: { } sha256 } => Digest.Of("sha256 " + sha256.ToLowerInvariant()),
        { Md5: { } md5 } => Digest.Of("md5 " + md5.ToLowerInvariant()),
        _ => Digest.Of("url " + package.Url),
    }).Hex);
}
