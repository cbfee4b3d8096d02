using Slipway.Foundation.Hashing;

namespace Slipway.Packages.Archives;

/// <summary>
/// What lies where in the cache of packages, the folder <c>packages-v1</c> of the store; a change of its form is a new number in the name:
/// <list type="bullet">
/// <item><c>&lt;2 hex&gt;/&lt;sha256&gt;/package.conda</c>, <c>.tar.bz2</c>, <c>.whl</c>, <c>.tar.gz</c>, <c>.zip</c>: a whole archive whose bytes were checked. The folder's modification time is its last use.</item>
/// <item><c>&lt;2 hex&gt;/&lt;sha256&gt;/files/</c>, <c>files.json</c>: its files, by number, for environments on this machine that share them, and what they are; made when first asked for.</item>
/// <item><c>&lt;2 hex&gt;/&lt;sha256&gt;/listing-v1.json</c>, <c>wheel-v1.json</c>, <c>relocated-v1-&lt;prefix&gt;.json</c>: what is in the archive, and how large its relocated files are; made when it is first read.</item>
/// <item><c>md5/&lt;md5&gt;</c>, <c>sha512/</c> and so on: the sha256 of the archive with that digest, for places that say no more.</item>
/// <item><c>partial/&lt;key&gt;</c>, <c>.lock</c>: a download that is under way or was broken off, and who is at it.</item>
/// </list>
/// </summary>
internal sealed class ArchiveCacheLayout(string root)
{
    internal string Partial => Path.Combine(root, "partial");

    internal string FolderOf(string sha256) => Path.Combine(root, sha256[..2], sha256);

    internal string ArchiveOf(string sha256, ArchiveSource source) => Path.Combine(FolderOf(sha256), source.StoredName);

    /// <summary>The lock of those who unpack or remove a package; beside its folder, whose time it must not touch.</summary>
    internal static string LockOf(string folder) => folder + ".lock";

    /// <summary>The folders of all packages.</summary>
    internal IEnumerable<string> Folders() => Directory.EnumerateDirectories(root, "??").SelectMany(Directory.EnumerateDirectories);

    internal string FilesOf(string sha256) => Path.Combine(FolderOf(sha256), "files");

    /// <summary>The file that leads from another digest to the sha256.</summary>
    internal string PointerOf(ArchiveHash hash) => Path.Combine(root, hash.Name, hash.Hex);

    /// <summary>Names a download by what identifies it best; a digest, so that nothing of an address gets into a path.</summary>
    internal string PartialOf(ArchiveSource source) => Path.Combine(Partial, (ArchiveCheck.Counting(source).MinBy(hash => hash.Kind) switch
    {
        { } hash => Digest.Of($"{hash.Name} {hash.Hex}"),
        null => Digest.Of("url " + source.Url),
    }).Hex);
}
