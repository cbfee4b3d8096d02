using Microsoft.Win32.SafeHandles;

namespace Slipway.PyPi.Indexes.Metadata;

/// <summary>A file that can be read at any place, be it here or on a server.</summary>
internal interface IRangeSource
{
    /// <summary>How many bytes it has.</summary>
    long Length { get; }

    /// <summary>The bytes from <paramref name="offset"/> on, so many; the range lies within the file.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken);
}

/// <summary>A file of this machine.</summary>
internal sealed class LocalRanges(SafeFileHandle file) : IRangeSource
{
    public long Length { get; } = RandomAccess.GetLength(file);

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        int done = 0;
        for (int read; done < count && (read = await RandomAccess.ReadAsync(file, bytes.AsMemory(done), offset + done, cancellationToken)) > 0;)
        {
            done += read;
        }

        return done == count ? bytes : throw new InvalidDataException("the file is cut off");
    }
}
