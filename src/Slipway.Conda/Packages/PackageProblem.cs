using Slipway.Foundation.Text;

namespace Slipway.Conda.Packages;

/// <summary>What can be wrong with a package, in words; its file name stands in each message.</summary>
internal static class PackageProblem
{
    /// <summary>The archive names something outside of itself, or holds what no package may hold.</summary>
    internal static DiagnosticException Hostile(string package, string what) => new(
        "hostile-package", $"The package '{package}' {what}.", "Do not install it unless you know where it comes from; tell those who made it.");

    /// <summary>The archive's bytes or its metadata cannot be read.</summary>
    internal static DiagnosticException Damaged(string package, string what) => new(
        "damaged-package", $"The package '{package}' {what}.", "Download it anew; if it stays so, tell those who made it.");

    /// <summary>The package is another one than its record says.</summary>
    internal static DiagnosticException Lies(string package, string what) => new(
        "wrong-package", $"The package '{package}' is not what its record says: {what}.", "Look at the channel it comes from, and lock anew.");
}
