using Microsoft.Win32.SafeHandles;

namespace Slipway.Packages.Contents;

/// <summary>
/// The bytes of a package whose listing is known from an earlier time: its archive is read when the first byte is asked for. An environment of which one layer
/// changes is planned without reading the packages of the others.
/// </summary>
/// <param name="read">Reads the archive. It must give the same members the same <see cref="PackageMember.Content"/> as the listing has, which the same archive does.</param>
public sealed class DeferredContents(Func<PackageContents> read) : PackageContents
{
    private readonly Lock _gate = new();
    private PackageContents? _read;

    /// <summary>Whether the archive was read.</summary>
    public bool IsRead => _read is not null;

    public override SafeFileHandle? Spool => Read().Spool;

    public override void Prepare() => Read();

    public override Stream Open(PackageMember file) => Read().Open(file);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _read?.Dispose();
        }
    }

    private PackageContents Read()
    {
        lock (_gate)
        {
            return _read ??= read();
        }
    }
}
