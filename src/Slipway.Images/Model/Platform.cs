using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Slipway.Foundation.Text;

namespace Slipway.Images.Model;

/// <summary>
/// The operating system and processor an image is for, in Go's names and normal form: <c>linux/amd64</c>, <c>linux/arm/v7</c>;
/// <c>x86_64</c> and <c>aarch64</c> are understood, and arm64's default variant v8 is left away.
/// </summary>
public sealed record Platform
{
    [JsonPropertyName("architecture"), JsonPropertyOrder(0)]
    public string Architecture { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("os"), JsonPropertyOrder(1)]
    public string Os { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("os.version"), JsonPropertyOrder(2)]
    public string? OsVersion { get; init; }

    [JsonPropertyName("variant"), JsonPropertyOrder(3)]
    public string? Variant { get; init; }

    /// <summary>The platform this program runs on; always Linux.</summary>
    public static Platform Host { get; } = RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => Of("linux", "amd64", null),
        System.Runtime.InteropServices.Architecture.X86 => Of("linux", "386", null),
        System.Runtime.InteropServices.Architecture.Arm => Of("linux", "arm", "v7"),
        var other => Of("linux", other.ToString().ToLowerInvariant(), null),
    };

    /// <summary>Reads <c>os/arch[/variant]</c>, or one word that is an architecture or an operating system.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Platform? platform)
    {
        string[] parts = text.ToLowerInvariant().Split('/');
        platform = parts switch
        {
            _ when parts.Length > 3 || parts.Any(part => !IsWord(part)) => null,
            ["linux" or "windows" or "darwin" or "freebsd"] => Of(parts[0], Host.Architecture, Host.Variant),
            [var architecture] => Of("linux", architecture, null),
            [var os, var architecture] => Of(os, architecture, null),
            _ => Of(parts[0], parts[1], parts[2]),
        };
        return platform is not null;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="DiagnosticException">The text is not a platform.</exception>
    public static Platform Parse(string text) => TryParse(text, out Platform? platform)
        ? platform
        : throw new DiagnosticException(
            "bad-platform", $"'{text}' is not a platform; expected os/arch or os/arch/variant.", "Write for example linux/amd64 or linux/arm64.");

    /// <summary>
    /// Whether an image for this platform runs where <paramref name="wanted"/> is asked for. A variant counts only if both
    /// name one; for 32-bit arm a lower variant also runs on a higher one.
    /// </summary>
    public bool Matches(Platform wanted)
    {
        Platform mine = Of(Os, Architecture, Variant), theirs = Of(wanted.Os, wanted.Architecture, wanted.Variant);
        return mine.Os == theirs.Os && mine.Architecture == theirs.Architecture
            && (mine.Variant is null || theirs.Variant is null || mine.Variant == theirs.Variant
                || (mine.Architecture == "arm" && string.CompareOrdinal(mine.Variant, theirs.Variant) <= 0));
    }

    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    private static Platform Of(string os, string architecture, string? variant)
    {
        (architecture, variant) = (architecture, variant) switch
        {
            ("x86_64" or "x86-64" or "amd64", "v1" or "" or null) => ("amd64", null),
            ("x86_64" or "x86-64", _) => ("amd64", variant),
            ("i386" or "i486" or "i586" or "i686" or "x86", _) => ("386", null),
            ("aarch64" or "arm64", "8" or "v8" or "" or null) => ("arm64", null),
            ("aarch64", _) => ("arm64", variant),
            ("armhf", _) => ("arm", "v7"),
            ("armel", _) => ("arm", "v6"),
            ("arm", "5" or "6" or "7" or "8") => ("arm", "v" + variant),
            (_, "") => (architecture, null),
            _ => (architecture, variant),
        };
        return new Platform { Os = os, Architecture = architecture, Variant = variant };
    }

    private static bool IsWord(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
