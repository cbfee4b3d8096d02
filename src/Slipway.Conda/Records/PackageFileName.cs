using System.Diagnostics.CodeAnalysis;

namespace Slipway.Conda.Records;

/// <summary>The name of a package's file, taken apart: <c>name-version-build.conda</c> (CEP 26).</summary>
/// <param name="Name">The package.</param>
/// <param name="Version">As text.</param>
/// <param name="Build">The build.</param>
/// <param name="Extension"><c>.conda</c> or <c>.tar.bz2</c>.</param>
public sealed record PackageFileName(string Name, string Version, string Build, string Extension)
{
    /// <summary>The ending of a package file, or null when it is none.</summary>
    public static string? ExtensionOf(ReadOnlySpan<char> fileName) => fileName.EndsWith(".conda", StringComparison.Ordinal) ? ".conda"
        : fileName.EndsWith(".tar.bz2", StringComparison.Ordinal) ? ".tar.bz2" : null;

    /// <summary>Takes a file name apart; false when it is not of that form.</summary>
    public static bool TryParse(string fileName, [NotNullWhen(true)] out PackageFileName? parts)
    {
        parts = null;
        if (ExtensionOf(fileName) is not { } extension)
        {
            return false;
        }

        string stem = fileName[..^extension.Length];
        int build = stem.LastIndexOf('-');
        int version = build > 0 ? stem.LastIndexOf('-', build - 1) : -1;
        if (version <= 0 || build == version + 1 || build == stem.Length - 1)
        {
            return false;
        }

        parts = new PackageFileName(stem[..version], stem[(version + 1)..build], stem[(build + 1)..], extension);
        return true;
    }
}
