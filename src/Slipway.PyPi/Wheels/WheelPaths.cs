using System.IO.Compression;
using System.Text;

namespace Slipway.PyPi.Wheels;

/// <summary>What a wheel on this machine says of its files (RECORD), without unpacking any of them: enough to tell whose a path is, not to install it.</summary>
public static class WheelPaths
{
    private const int LargestRecord = 64 << 20;

    /// <summary>The lines of its RECORD; none when it cannot be read, which whoever installs the wheel will tell.</summary>
    /// <param name="path">The wheel.</param>
    public static IReadOnlyList<RecordLine> Of(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            ZipArchiveEntry? record = zip.Entries.FirstOrDefault(e => e.FullName.EndsWith(".dist-info/RECORD", StringComparison.Ordinal) && e.FullName.Count(c => c == '/') == 1);
            if (record is not { Length: <= LargestRecord })
            {
                return [];
            }

            using var text = new StreamReader(record.Open(), Encoding.UTF8);
            return RecordFile.Parse(text.ReadToEnd());
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException)
        {
            return [];
        }
    }
}
