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

/// <summary>Contents that take the files of an archive: in its order from one thread, or each at its place from many, but not both.</summary>
public abstract class WritableContents : PackageContents
{
    /// <summary>Takes a file's bytes, to the end of the stream; what comes back names them.</summary>
    /// <param name="isExecutable">Whether the file may be executed.</param>
    /// <param name="data">The bytes.</param>
    public abstract long Add(bool isExecutable, Stream data);

    /// <summary>Takes the bytes of a file at a place that the caller knows (<see cref="After"/>); several threads may do so at once, each for another file.</summary>
    /// <param name="content">The place, which names the bytes from then on.</param>
    /// <param name="isExecutable">Whether the file may be executed.</param>
    /// <param name="data">The bytes, to the end of the stream.</param>
    public abstract void Put(long content, bool isExecutable, Stream data);

    /// <summary>The place behind that of a file; the first one is 0.</summary>
    public abstract long After(long content, long size);

    /// <summary>All bytes are there.</summary>
    public abstract void Complete();
}
