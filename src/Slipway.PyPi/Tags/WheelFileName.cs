using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tags;

/// <summary>
/// The name of a wheel: project, version, perhaps a build number, and the tags of what can use it (PEP 427, PEP 491; "binary distribution format" of the packaging specifications).
/// Old names with dots and capitals are taken. A name with more parts than these (drafts of wheel variants, PEP 817) is none.
/// </summary>
public sealed record WheelFileName
{
    /// <summary>How such a name ends.</summary>
    public const string Extension = ".whl";

    private WheelFileName(string text, ProjectName project, PythonVersion version, (long Number, string Text)? build, string[] tags) =>
        (Text, Project, Version, Build, PythonTag, AbiTag, PlatformTag) = (text, project, version, build, tags[0], tags[1], tags[2]);

    /// <summary>The name as it was written, with its ending.</summary>
    public string Text { get; }

    public ProjectName Project { get; }

    public PythonVersion Version { get; }

    /// <summary>The number of the build and what follows it; of two wheels that differ in nothing else the higher one is to be taken. Null: none.</summary>
    public (long Number, string Text)? Build { get; }

    /// <summary>The Pythons, with dots between them, in small letters: <c>py2.py3</c>.</summary>
    public string PythonTag { get; }

    /// <summary>The ABIs, likewise.</summary>
    public string AbiTag { get; }

    /// <summary>The platforms, likewise.</summary>
    public string PlatformTag { get; }

    /// <summary>All tags: the product of the three lists (PEP 425).</summary>
    public IEnumerable<string> Tags =>
        from python in PythonTag.Split('.') from abi in AbiTag.Split('.') from platform in PlatformTag.Split('.') select $"{python}-{abi}-{platform}";

    /// <exception cref="FormatException">It is no name of a wheel.</exception>
    public static WheelFileName Parse(string text) => TryParse(text, out WheelFileName? name)
        ? name
        : throw new FormatException($"'{text}' is no name of a wheel; one looks like NAME-VERSION-PYTHON-ABI-PLATFORM.whl, for example six-1.16.0-py2.py3-none-any.whl.");

    /// <summary>As <see cref="Parse"/>; false where that throws.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WheelFileName? name)
    {
        name = null;
        if (!text.EndsWith(Extension, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = text[..^Extension.Length].Split('-');
        if (parts.Length is not (5 or 6) || !IsName(parts[0]) || !ProjectName.TryParse(parts[0], out ProjectName project) || !PythonVersion.TryParse(parts[1], out PythonVersion? version))
        {
            return false;
        }

        (long, string)? build = null;
        if (parts.Length == 6 && (build = BuildOf(parts[2])) is null)
        {
            return false;
        }

        string[] tags = parts[^3..];
        if (!tags.All(IsTag))
        {
            return false;
        }

        name = new WheelFileName(text, project, version, build, [.. tags.Select(Small)]);
        return true;
    }

    public override string ToString() => Text;

    /// <summary>Compares two builds of a wheel: none is the lowest, then by number, then by text.</summary>
    public static int CompareBuilds((long Number, string Text)? left, (long Number, string Text)? right)
    {
        if (left is not { } a || right is not { } b)
        {
            return left.HasValue.CompareTo(right.HasValue);
        }

        int order = a.Number.CompareTo(b.Number);
        return order != 0 ? order : string.CompareOrdinal(a.Text, b.Text);
    }

    // Two underscores in a row cannot come from a normal name; a tool that writes them means something else.
    private static bool IsName(string part) => part.Length > 0 && !part.Contains("__", StringComparison.Ordinal);

    private static bool IsTag(string tag) => tag.Length > 0 && !tag.Split('.').Contains("") && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');

    private static string Small(string tag) => tag.AsSpan().ContainsAnyInRange('A', 'Z') ? tag.ToLowerInvariant() : tag;

    private static (long, string)? BuildOf(string part)
    {
        int digits = part.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : part.Length;
        return long.TryParse(part.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? (number, part[digits..]) : null;
    }
}
