using Slipway.Conda.Packages;
using Slipway.Conda.Records;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Conda.Linking;

/// <summary>Where the environment's Python keeps things: what packages without a platform need to know (CEP 17, 20).</summary>
/// <param name="Interpreter">The program, relative to the prefix.</param>
/// <param name="SitePackages">The folder of modules, relative to the prefix.</param>
/// <param name="Tag">The mark of its compiled files; null when it is not CPython.</param>
internal sealed record PythonLayout(string Interpreter, string SitePackages, string? Tag)
{
    private const string SitePackagesFolder = "site-packages/", ScriptsFolder = "python-scripts/";

    /// <summary>By the package <c>python</c>; null without one.</summary>
    internal static PythonLayout? Of(IEnumerable<LinkInput> packages) =>
        packages.FirstOrDefault(input => input.Record.Name == "python") is { } python ? Of(python.Record, python.Package.Info.PythonSitePackagesPath) : null;

    /// <summary>By what a channel says of its Python.</summary>
    /// <param name="record">The record.</param>
    /// <param name="ownSitePackages">What the package itself says, for channels that say nothing.</param>
    internal static PythonLayout Of(PackageRecord record, string? ownSitePackages)
    {
        string[] parts = record.Version.ToString().Split('.');
        if (parts.Length < 2 || !parts[0].All(char.IsAsciiDigit) || !parts[1].All(char.IsAsciiDigit))
        {
            throw PackageProblem.Damaged(record.FileName, $"is a Python of the version '{record.Version}', which does not begin with two numbers");
        }

        string version = $"{parts[0]}.{parts[1]}", sitePackages = record.PythonSitePackagesPath ?? ownSitePackages ?? $"lib/python{version}/site-packages";
        return sitePackages.Length > 0 && LayerPath.IsNormal(sitePackages)
            ? new PythonLayout($"bin/python{version}", sitePackages, TagOf(record, parts))
            : throw PackageProblem.Hostile(record.FileName, $"wants modules in '{sitePackages}', which is not relative to the environment");
    }

    /// <summary>Where a path of a package without a platform goes.</summary>
    internal string PlaceOf(string path) =>
        path.StartsWith(SitePackagesFolder, StringComparison.Ordinal) ? $"{SitePackages}/{path[SitePackagesFolder.Length..]}"
        : path.StartsWith(ScriptsFolder, StringComparison.Ordinal) ? $"bin/{path[ScriptsFolder.Length..]}"
        : path;

    // Before 3.7 compiled files always hold a time (PEP 552); other interpreters mark theirs in other ways.
    private static string? TagOf(PackageRecord record, string[] version)
    {
        bool isOther = record.Build.Contains("pypy", StringComparison.Ordinal) || record.Build.Contains("graalpy", StringComparison.Ordinal);
        bool isOld = version[0] != "3" || !int.TryParse(version[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int minor) || minor < 7;
        return isOther || isOld ? null : $"cpython-{version[0]}{version[1]}";
    }

    /// <exception cref="DiagnosticException">Always.</exception>
    internal static PythonLayout Missing(LinkInput input) => throw new DiagnosticException(
        "no-python", $"The package '{input.DistName}' needs a Python to be put beside, and the environment has none.", "Add python to the environment.");
}
