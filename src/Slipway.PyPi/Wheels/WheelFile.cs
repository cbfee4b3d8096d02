using System.Globalization;

namespace Slipway.PyPi.Wheels;

/// <summary>What the file WHEEL says ("binary distribution format", "File contents").</summary>
/// <param name="Version">The version of the format.</param>
/// <param name="IsPurelib">Whether what is at the archive's root goes to the folder of modules without native code.</param>
internal sealed record WheelFile(string Version, bool IsPurelib)
{
    private const int KnownMajor = 1, KnownMinor = 0;

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">It does not say its version, or one that is no two numbers.</exception>
    internal static WheelFile Parse(string text)
    {
        string version = HeaderText.ValueOf(text, "Wheel-Version") ?? throw new FormatException("WHEEL does not say the version of the format");
        _ = version.Split('.') is [var major, var minor] && IsNumber(major) && IsNumber(minor) ? true : throw new FormatException($"WHEEL says that it is of version '{version}', which is no version");
        return new WheelFile(version, IsPurelibOf(text));
    }

    /// <summary><c>Root-Is-Purelib</c>; what does not say true says false.</summary>
    internal static bool IsPurelibOf(string text) => string.Equals(HeaderText.ValueOf(text, "Root-Is-Purelib"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the format is one that this program can read: the same major version.</summary>
    internal bool IsKnown => Major == KnownMajor;

    /// <summary>Whether there is something in it that this program does not know of.</summary>
    internal bool IsNewer => IsKnown && int.Parse(Version[(Version.IndexOf('.', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture) > KnownMinor;

    private int Major => int.Parse(Version[..Version.IndexOf('.', StringComparison.Ordinal)], CultureInfo.InvariantCulture);

    private static bool IsNumber(string text) => text.Length is > 0 and < 6 && text.All(char.IsAsciiDigit);
}
