using Slipway.Conda.Records;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Packages;

/// <summary>The two archive formats of packages (CEP 35).</summary>
public enum PackageFormat
{
    /// <summary>A ZIP file with two tars compressed by zstd: <c>.conda</c>.</summary>
    Conda,

    /// <summary>One tar compressed by bzip2: <c>.tar.bz2</c>.</summary>
    TarBz2,
}

/// <summary>Tells the formats apart.</summary>
public static class PackageFormats
{
    /// <summary>The format by the ending of the file's name.</summary>
    /// <exception cref="DiagnosticException">It has neither ending.</exception>
    public static PackageFormat Of(string fileName) =>
        PackageFileName.ExtensionOf(fileName) switch
        {
            ".conda" => PackageFormat.Conda,
            ".tar.bz2" => PackageFormat.TarBz2,
            _ => throw new DiagnosticException("package-format", $"'{fileName}' is no conda package: its name ends neither in .conda nor in .tar.bz2."),
        };
}
