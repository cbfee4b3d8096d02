using Microsoft.Win32.SafeHandles;

namespace Slipway.Packages.Contents;

/// <summary>Where the bytes of a package's files are once it is unpacked.</summary>
public abstract class PackageContents : IDisposable
{
    /// <summary>The one file that holds all bytes, where there is one; a member's <see cref="PackageMember.Content"/> is the offset in it.</summary>
    public virtual SafeFileHandle? Spool => null;

    /// <summary>Makes the bytes ready to be read, which may take as long as reading the archive.</summary>
    public virtual void Prepare()
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

/// <summary>Contents that take the files of an archive in its order, from one thread.</summary>
public abstract class WritableContents : PackageContents
{
    /// <summary>Takes a file's bytes, to the end of the stream; what comes back names them.</summary>
    /// <param name="isExecutable">Whether the file may be executed.</param>
    /// <param name="data">The bytes.</param>
    public abstract long Add(bool isExecutable, Stream data);

    /// <summary>All bytes are there.</summary>
    public abstract void Complete();
}
