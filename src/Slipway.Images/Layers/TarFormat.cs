using System.Text;

namespace Slipway.Images.Layers;

/// <summary>The fields of a tar header block (pax(1), "ustar Interchange Format") and the limits of the format.</summary>
internal static class TarFormat
{
    internal const int BlockSize = 512;

    /// <summary>A file of this size or more needs a PAX record: eleven octal digits hold less than 8 GiB.</summary>
    internal const long OctalLimit11 = 1L << 33;

    /// <summary>Seven octal digits: uid, gid, mode, device numbers.</summary>
    internal const uint OctalLimit7 = 1 << 21;

    internal const string WhiteoutPrefix = ".wh.";
    internal const string OpaqueMarker = ".wh..wh..opq";
    internal const string XattrPrefix = "SCHILY.xattr.";

    internal static readonly Range Name = 0..100;
    internal static readonly Range Mode = 100..108;
    internal static readonly Range Uid = 108..116;
    internal static readonly Range Gid = 116..124;
    internal static readonly Range Size = 124..136;
    internal static readonly Range Modified = 136..148;
    internal static readonly Range Checksum = 148..156;
    internal const int TypeFlag = 156;
    internal static readonly Range LinkName = 157..257;
    internal static readonly Range Magic = 257..265;
    internal static readonly Range DeviceMajor = 329..337;
    internal static readonly Range DeviceMinor = 337..345;
    internal static readonly Range Prefix = 345..500;

    // GNU's old sparse header (tar.h of GNU tar).
    internal static readonly Range SparseEntries = 386..482;
    internal const int SparseExtended = 482;
    internal static readonly Range SparseRealSize = 483..495;

    /// <summary>How many bytes fill the last block.</summary>
    internal static int Padding(long size) => (int)(-size & (BlockSize - 1));

    /// <summary>The sum of the header's bytes with the checksum field as blanks.</summary>
    internal static int Sum(ReadOnlySpan<byte> header)
    {
        int sum = 8 * ' ';
        foreach (byte b in header)
        {
            sum += b;
        }

        foreach (byte b in header[Checksum])
        {
            sum -= b;
        }

        return sum;
    }

    internal static bool IsAscii(ReadOnlySpan<byte> text) => Ascii.IsValid(text);
}
