using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.Packages.Contents;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Wheels;

/// <summary>A wheel that was checked: what is in it, and the bytes of its files.</summary>
public sealed class WheelArchive : IDisposable
{
    private WheelArchive(string fileName, WheelListing listing, PackageContents contents, Func<long, long, long> after)
    {
        (FileName, Name, Listing, Contents) = (fileName, WheelFileName.Parse(fileName), listing, contents);
        var members = new PackageMember[listing.Files.Count];
        long content = 0;
        for (int i = 0; i < members.Length; i++)
        {
            WheelMember file = listing.Files[i];
            members[i] = new PackageMember(file.Path, PackageMemberKind.File, file.IsExecutable, file.Size, null, content);
            content = after(content, file.Size);
        }

        Members = members;
    }

    /// <summary>The file's name, for messages.</summary>
    public string FileName { get; }

    /// <summary>What the name says.</summary>
    public WheelFileName Name { get; }

    public WheelListing Listing { get; }

    /// <summary>The members, as <see cref="WheelListing.Files"/> has them.</summary>
    public IReadOnlyList<PackageMember> Members { get; }

    public PackageContents Contents { get; }

    /// <summary>The package in messages: <c>six 1.16.0 (wheel)</c>.</summary>
    public string Owner => $"{Name.Project} {Name.Version} (wheel)";

    /// <summary>Opens the bytes of a file by its path; null when there is none.</summary>
    public Stream? Open(string path) => Members.FirstOrDefault(member => member.Path == path) is { } member ? Contents.Open(member) : null;

    /// <summary>The bytes of <c>METADATA</c>.</summary>
    public async Task<byte[]> ReadMetadataAsync(CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        await using Stream stream = Open($"{Listing.DistInfo}/METADATA")!;
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    /// <summary>
    /// A wheel in the cache, for layers. If it was read before, its archive is opened when the first byte is asked for; else all of it is read and checked now, into a temporary file without a name.
    /// </summary>
    /// <param name="cached">The archive; its file name is that of the wheel.</param>
    /// <param name="newPath">Gives a path that nothing has, on a disk with room for the wheel's files.</param>
    /// <param name="heal">Whether a RECORD that does not fit the files is a notice and no error.</param>
    /// <param name="threads">How many files are read at once.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">The wheel is hostile or damaged, or another one than its name says.</exception>
    public static WheelArchive Open(CachedArchive cached, Func<string> newPath, bool heal, int threads, CancellationToken cancellationToken)
    {
        string listingPath = ListingOf(cached);
        if (Known(cached, listingPath, heal) is { } known)
        {
            return new WheelArchive(cached.FileName, known, new WheelContents(cached.FileName, cached.ArchivePath, known, newPath, threads), OfSpool);
        }

        (WheelListing listing, PackageContents contents) = Read(cached.FileName, cached.ArchivePath, newPath(), heal, threads, cancellationToken);
        listing.Write(listingPath);
        return new WheelArchive(cached.FileName, listing, contents, OfSpool);
    }

    /// <summary>A wheel that lies somewhere else; nothing is kept of what is learned.</summary>
    /// <param name="path">The file; its name is that of the wheel.</param>
    /// <param name="spool">A path that nothing has.</param>
    /// <param name="heal">Whether a RECORD that does not fit the files is a notice and no error.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">The wheel is hostile or damaged, or another one than its name says.</exception>
    public static WheelArchive Open(string path, string spool, bool heal, CancellationToken cancellationToken)
    {
        string fileName = Path.GetFileName(path);
        (WheelListing listing, PackageContents contents) = Read(fileName, path, spool, heal, Environment.ProcessorCount, cancellationToken);
        return new WheelArchive(fileName, listing, contents, OfSpool);
    }

    /// <summary>A wheel with its files in the cache, where environments on this machine share them; null when they are not there.</summary>
    internal static WheelArchive? TryOpenShared(CachedArchive cached, bool heal) =>
        Directory.Exists(cached.FilesPath) && Known(cached, SharedListingOf(cached), heal) is { } listing
            ? new WheelArchive(cached.FileName, listing, new FolderContents(cached.FilesPath), OfFolder)
            : null;

    /// <summary>Unpacks a wheel into a folder; what comes back writes the listing that says that it is there.</summary>
    internal static Action UnpackShared(CachedArchive cached, string folder, bool heal, int threads, CancellationToken cancellationToken)
    {
        using var archive = ArchiveFile.Open(cached.ArchivePath);
        using var contents = new FolderContents(folder);
        WheelListing listing = WheelReader.Read(cached.FileName, archive, contents, heal, threads, cancellationToken);
        return () => listing.Write(SharedListingOf(cached));
    }

    public void Dispose() => Contents.Dispose();

    private static (WheelListing Listing, PackageContents Contents) Read(string fileName, string path, string spool, bool heal, int threads, CancellationToken cancellationToken)
    {
        using var archive = ArchiveFile.Open(path);
        var contents = new SpooledContents(spool);
        try
        {
            return (WheelReader.Read(fileName, archive, contents, heal, threads, cancellationToken), contents);
        }
        catch
        {
            contents.Dispose();
            throw;
        }
    }

    // What was healed for somebody else is not healed for everybody; and a listing is of one name, because the name is checked, too.
    private static WheelListing? Known(CachedArchive cached, string path, bool heal) =>
        WheelListing.Read(path) is not { } listing ? null
        : listing.Healed.Count > 0 && !heal ? throw WheelProblem.Record(cached.FileName, listing.Healed)
        : WheelFileName.TryParse(cached.FileName, out WheelFileName? name) && WheelListing.IsOf(listing.DistInfo, ".dist-info", name.Project, name.Version) ? listing
        : null;

    private static string ListingOf(CachedArchive cached) => Path.Combine(cached.Folder, "wheel-v1.json");

    private static string SharedListingOf(CachedArchive cached) => Path.Combine(cached.Folder, "wheel-files-v1.json");

    private static long OfSpool(long content, long size) => content + size;

    private static long OfFolder(long content, long size) => content + 1;
}
