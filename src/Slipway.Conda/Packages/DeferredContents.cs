using Microsoft.Win32.SafeHandles;
using Slipway.Images.Layers;

namespace Slipway.Conda.Packages;

/// <summary>
/// The bytes of a package whose listing is known from an earlier time: its archive is read when the first byte is asked for. An environment of which one layer
/// changes is planned without reading the packages of the others.
/// </summary>
/// <param name="fileName">The archive's name, for messages.</param>
/// <param name="archivePath">The archive.</param>
/// <param name="newPath">Gives the path of a temporary file.</param>
internal sealed class DeferredContents(string fileName, string archivePath, Func<string> newPath) : PackageContents
{
    private readonly Lock _gate = new();
    private PackageContents? _read;

    /// <summary>Whether the archive was read.</summary>
    internal bool IsRead => _read is not null;

    internal override SafeFileHandle? Spool => Read().Spool;

    internal override long Add(TarMember file, TarReader data) => throw new NotSupportedException();

    internal override void Complete()
    {
    }

    internal override void Prepare() => Read();

    // The same archive gives the same offsets, so the listing's hold.
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
            if (_read is null)
            {
                using var archive = ArchiveFile.Open(archivePath);
                _read = PackageUnpacker.Unpack(fileName, archive, new SpooledContents(newPath()), CancellationToken.None).Contents;
            }

            return _read;
        }
    }
}
