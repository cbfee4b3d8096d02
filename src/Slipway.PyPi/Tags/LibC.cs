using System.Globalization;

namespace Slipway.PyPi.Tags;

/// <summary>Which C library programs of the target are linked with. Wheels for one do not run on the other.</summary>
public enum LibCKind
{
    /// <summary>The GNU C library: <c>manylinux</c> wheels (PEP 600).</summary>
    Glibc,

    /// <summary>musl, as on Alpine: <c>musllinux</c> wheels (PEP 656).</summary>
    Musl,
}

/// <summary>The C library of a target.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Major">The first number of its version.</param>
/// <param name="Minor">The second; what runs with an older one runs with this one.</param>
public readonly record struct LibC(LibCKind Kind, int Major, int Minor)
{
    /// <summary>Reads <c>glibc 2.36</c>, <c>musl-1.2</c> and the like.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static LibC Parse(string text) => TryParse(text, out LibC libC)
        ? libC
        : throw new FormatException($"'{text}' is no C library; write glibc and its version, for example glibc2.36, or musl1.2.");

    /// <summary>As <see cref="Parse"/>; false where that throws.</summary>
    public static bool TryParse(string text, out LibC libC)
    {
        libC = default;
        string trimmed = text.Trim();
        int digits = trimmed.AsSpan().IndexOfAnyInRange('0', '9');
        if (digits < 0)
        {
            return false;
        }

        LibCKind? kind = trimmed[..digits].TrimEnd(' ', '-', '_', '=') switch { "glibc" => LibCKind.Glibc, "musl" => LibCKind.Musl, _ => null };
        string[] parts = trimmed[digits..].Split('.', '_');
        if (kind is null || parts.Length < 2 || !TryNumber(parts[0], out int major) || !TryNumber(parts[1], out int minor))
        {
            return false;
        }

        libC = new LibC(kind.Value, major, minor);
        return true;

        static bool TryNumber(string part, out int number) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary><c>glibc 2.36</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Kind == LibCKind.Glibc ? "glibc" : "musl")} {Major}.{Minor}");
}
