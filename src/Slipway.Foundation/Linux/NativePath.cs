namespace Slipway.Foundation.Linux;

/// <summary>Names as the system calls want them: the bytes of <see cref="PathText"/> and a zero byte.</summary>
internal static class NativePath
{
    /// <summary>A buffer of this size on the stack holds most names.</summary>
    internal const int StackSize = 512;

    /// <summary>Encodes into the buffer, or into a new array when that is too small.</summary>
    internal static ReadOnlySpan<byte> Encode(string name, Span<byte> buffer)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new LinuxException("open", name.Replace('\0', '?'), Errno.EINVAL);
        }

        if (PathText.MaxLength(name) >= buffer.Length)
        {
            buffer = new byte[PathText.MaxLength(name) + 1];
        }

        int length = PathText.Encode(name, buffer);
        buffer[length] = 0;
        return buffer[..(length + 1)];
    }
}
