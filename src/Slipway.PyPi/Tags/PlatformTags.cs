using System.Globalization;

namespace Slipway.PyPi.Tags;

/// <summary>
/// The platform tags that a Linux target can use, best first (PEP 600, 656): from the target's C library down to the oldest one for which such wheels exist, each
/// year's old name directly behind its twin with a number. The bare <c>linux_*</c> comes last: such a wheel was made for one machine and promises nothing.
/// </summary>
internal static class PlatformTags
{
    private const int OldestX86Minor = 5, OldestMinor = 17;

    public static IReadOnlyList<string> Of(LibC libC, string architecture)
    {
        // A 64-bit ARM processor in 32-bit mode also runs what was built for the processors before it.
        string[] architectures = architecture == "armv8l" ? ["armv8l", "armv7l"] : [architecture];
        return
        [
            .. architectures.SelectMany(a => libC.Kind == LibCKind.Glibc ? ManyLinux(libC, a) : MuslLinux(libC, a)),
            .. architectures.Select(a => "linux_" + a),
        ];
    }

    private static IEnumerable<string> ManyLinux(LibC libC, string architecture)
    {
        if (libC.Major != 2)
        {
            yield break; // no other ever was
        }

        int oldest = architecture is "x86_64" or "i686" ? OldestX86Minor : OldestMinor;
        for (int minor = libC.Minor; minor >= oldest; minor--)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"manylinux_2_{minor}_{architecture}");
            if (minor switch { 17 => "manylinux2014", 12 => "manylinux2010", 5 => "manylinux1", _ => null } is { } old)
            {
                yield return $"{old}_{architecture}";
            }
        }
    }

    private static IEnumerable<string> MuslLinux(LibC libC, string architecture)
    {
        for (int minor = libC.Minor; minor >= 0; minor--)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"musllinux_{libC.Major}_{minor}_{architecture}");
        }
    }
}
