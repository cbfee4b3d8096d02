using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

/// <summary>Hashes files with as few calls as it takes; there are often many thousand small ones.</summary>
internal static class FileHash
{
    private const int BufferSize = 256 * 1024;

    /// <summary>The digest of the whole file.</summary>
    internal static Digest Compute(string path)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using FileDescriptor file = FileDescriptor.OpenRead(path);
            int read = file.Read(buffer);
            if (read < buffer.Length && file.Read(buffer.AsSpan(read)) == 0)
            {
                return Digest.Of(buffer.AsSpan(0, read));
            }

            file.Seek(0);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while ((read = file.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, read);
            }

            return Digest.FromSha256(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The digest of a stretch of an open file.</summary>
    internal static Digest Compute(SafeFileHandle file, long offset, long length)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while (length > 0)
            {
                int read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)), offset);
                if (read == 0)
                {
                    throw new InvalidDataException("The tar of a layer is shorter than its entries say.");
                }

                hash.AppendData(buffer, 0, read);
                (offset, length) = (offset + read, length - read);
            }

            return Digest.FromSha256(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
