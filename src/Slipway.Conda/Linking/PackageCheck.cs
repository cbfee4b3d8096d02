using Slipway.Conda.Packages;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Linking;

/// <summary>Whether an archive holds the package that its record announces, and whether that is for this environment.</summary>
internal static class PackageCheck
{
    /// <summary>All that is wrong; empty if nothing is.</summary>
    internal static IEnumerable<Diagnostic> Check(LinkInput input, string subdir)
    {
        (PackageRecord record, UnpackedPackage package) = input;
        PackageInfo info = package.Info;
        if (info.Name != record.Name || !IsSame(info.Version, record.Version) || info.Build != record.Build)
        {
            yield return PackageProblem.Lies(package.FileName, $"it calls itself {info.Name} {info.Version} {info.Build}, not {record.Name} {record.Version} {record.Build}").Diagnostics[0];
        }
        else if (info.Subdir is not null && info.Subdir != record.Subdir)
        {
            yield return PackageProblem.Lies(package.FileName, $"it says that it is for {info.Subdir}, not for {record.Subdir}").Diagnostics[0];
        }

        if (record.Subdir != subdir && record.Subdir != Subdirs.NoArch)
        {
            yield return new Diagnostic(
                Severity.Error, "wrong-platform", $"The package '{package.FileName}' is for {record.Subdir}, and the environment is for {subdir}.",
                Help: "Lock anew for this platform, or name the other one.");
        }
    }

    // Channels may write a version in another way than the package, in small letters for one.
    private static bool IsSame(string version, CondaVersion announced) => version == announced.Text || (CondaVersion.TryParse(version, out CondaVersion? parsed) && parsed.Equals(announced));
}
