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

/// <summary>What file names say of packages.</summary>
public static class PackageFileName
{
    private const string CondaEnding = ".conda", TarEnding = ".tar.bz2";

    /// <summary>The format by the ending of the file's name.</summary>
    /// <exception cref="DiagnosticException">It has neither ending.</exception>
    public static PackageFormat FormatOf(string fileName) =>
        fileName.EndsWith(CondaEnding, StringComparison.Ordinal) ? PackageFormat.Conda
        : fileName.EndsWith(TarEnding, StringComparison.Ordinal) ? PackageFormat.TarBz2
        : throw new DiagnosticException("package-format", $"'{fileName}' is no conda package: its name ends neither in {CondaEnding} nor in {TarEnding}.");
}
