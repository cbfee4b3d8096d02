using System.Buffers;
using System.Globalization;
using Slipway.Foundation.Linux;

namespace Slipway.Packages.Contents;

/// <summary>
/// The bytes of a package's files as files of a folder, named by numbers, so that environments on this machine can share them. Names and links of the package
/// play no part in it: there is nothing in the folder that could lead astray.
/// </summary>
public sealed class FolderContents : WritableContents
{
    private const int PlainMode = 0x1A4, ExecutableMode = 0x1ED, BufferSize = 128 * 1024;

    private readonly string _path;
    private readonly DirectoryHandle _folder;
    private byte[] _buffer = [];
    private long _count;

    /// <param name="path">An existing folder.</param>
    public FolderContents(string path) => (_path, _folder) = (path, DirectoryHandle.Open(path));

    /// <summary>The folder; a member's <see cref="PackageMember.Content"/> is the name of its file in it.</summary>
    public DirectoryHandle Folder => _folder;

    public override long Add(bool isExecutable, Stream data)
    {
        _buffer = _buffer.Length > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(BufferSize);
        Write(_count, isExecutable, data, _buffer);
        return _count++;
    }

    public override void Put(long content, bool isExecutable, Stream data)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        Write(content, isExecutable, data, buffer);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    public override long After(long content, long size) => content + 1;

    public override void Complete()
    {
        // Many packages are open at once, and only those that are being unpacked need a buffer.
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void Write(long number, bool isExecutable, Stream data, byte[] buffer)
    {
        int mode = isExecutable ? ExecutableMode : PlainMode;
        using FileDescriptor target = _folder.CreateFile(NameOf(number), mode);
        target.SetMode(mode); // whatever the user's mask: all who share it see the same
        int read;
        while ((read = data.Read(buffer)) > 0)
        {
            target.Write(buffer.AsSpan(0, read));
        }
    }

    public string PathOf(PackageMember file) => Path.Combine(_path, NameOf(file.Content));

    public override Stream Open(PackageMember file) => new FileStream(PathOf(file), FileMode.Open, FileAccess.Read, FileShare.Read, 0);

    public static string NameOf(long number) => number.ToString(CultureInfo.InvariantCulture);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _folder.Dispose();
        }
    }
}
