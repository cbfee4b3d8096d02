using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Files;

namespace Slipway.Packages.Archives;

/// <summary>An archive that is still being written by somebody else; reading waits for bytes that are not there yet. For a thread of one's own.</summary>
public sealed class GrowingArchive(SafeFileHandle file, FileGrowth growth, CancellationToken cancellationToken) : ArchiveBytes
{
    public override long Length => Wait(long.MaxValue);

    public override int Read(long offset, Span<byte> buffer)
    {
        long more = Wait(offset) - offset;
        return more <= 0 ? 0 : RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, more)], offset);
    }

    public override void Dispose() => file.Dispose();

    private long Wait(long offset) => growth.WaitAsync(offset, cancellationToken).AsTask().GetAwaiter().GetResult();
}
