using Microsoft.Win32.SafeHandles;
using Slipway.Packages.Archives;
using Slipway.Packages.Contents;
using Slipway.Packages.Zip;

namespace Slipway.PyPi.Wheels;

/// <summary>
/// The bytes of a wheel that was read before. Single files come straight from its archive; when a layer is written, all of them are unpacked first, several at once.
/// </summary>
internal sealed class WheelContents(string wheel, string archivePath, WheelListing listing, Func<string> newPath, int threads) : PackageContents
{
    private readonly Lock _gate = new();
    private ArchiveFile? _archive;
    private Dictionary<string, ZipEntry>? _entries;
    private SpooledContents? _spool;

    public override SafeFileHandle? Spool => _spool?.Spool;

    /// <summary>Whether the whole archive was unpacked.</summary>
    internal bool IsUnpacked => _spool is not null;

    public override void Prepare()
    {
        lock (_gate)
        {
            if (_spool is not null)
            {
                return;
            }

            var spool = new SpooledContents(newPath());
            try
            {
                WheelReader.Extract(wheel, listing, Archive(), spool, threads, CancellationToken.None);
            }
            catch
            {
                spool.Dispose();
                throw;
            }

            _spool = spool;
        }
    }

    public override Stream Open(PackageMember file)
    {
        lock (_gate)
        {
            if (_spool is not null)
            {
                return _spool.Open(file);
            }

            _entries ??= WheelReader.Guard(wheel, () => ZipDirectory.Read(Archive()).ToDictionary(entry => entry.Name, StringComparer.Ordinal));
            return new ZipMemberStream(Archive(), _entries[file.Path]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _spool?.Dispose();
            _archive?.Dispose();
        }
    }

    private ArchiveFile Archive() => _archive ??= ArchiveFile.Open(archivePath);
}
