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
        long number = _count++;
        int mode = isExecutable ? ExecutableMode : PlainMode;
        using FileDescriptor target = _folder.CreateFile(NameOf(number), mode);
        target.SetMode(mode); // whatever the user's mask: all who share it see the same
        int read;
        while ((read = data.Read(_buffer)) > 0)
        {
            target.Write(_buffer.AsSpan(0, read));
        }

        return number;
    }

    public override void Complete()
    {
        // Many packages are open at once, and only those that are being unpacked need a buffer.
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
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
