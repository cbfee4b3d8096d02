using Microsoft.Win32.SafeHandles;
using Slipway.Images.Layers;

namespace Slipway.Conda.Packages;

/// <summary>Where the bytes of a package's files are once it is unpacked.</summary>
public abstract class PackageContents : IDisposable
{
    /// <summary>Takes a file's bytes; what comes back names them.</summary>
    internal abstract long Add(TarMember file, TarReader data);

    /// <summary>All bytes are there.</summary>
    internal abstract void Complete();

    /// <summary>The one file that holds all bytes, where there is one; a member's <see cref="PackageMember.Content"/> is the offset in it.</summary>
    internal virtual SafeFileHandle? Spool => null;

    /// <summary>Makes the bytes ready to be read, which may take as long as reading the archive.</summary>
    internal virtual void Prepare()
    {
    }

    /// <summary>A file's bytes.</summary>
    public abstract Stream Open(PackageMember file);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
