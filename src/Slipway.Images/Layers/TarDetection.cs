namespace Slipway.Images.Layers;

/// <summary>Tells tar archives by their beginning.</summary>
public static class TarDetection
{
    /// <summary>How many bytes it wants to see.</summary>
    public const int HeaderLength = TarFormat.BlockSize;

    /// <summary>Whether the bytes are the header of a tar's first member: its checksum is right (that also holds for archives older than ustar).</summary>
    public static bool IsHeader(ReadOnlySpan<byte> start)
    {
        if (start.Length < HeaderLength || start[..HeaderLength].IndexOfAnyExcept((byte)0) < 0)
        {
            return false;
        }

        try
        {
            return TarNumber.Read(start[TarFormat.Checksum], "checksum") == TarFormat.Sum(start[..HeaderLength]);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
