using Slipway.Foundation.Text;

namespace Slipway.PyPi.Wheels;

/// <summary>What can be wrong with a wheel, in words; its file name stands in each message.</summary>
internal static class WheelProblem
{
    private const string AskMakers = "Tell those who made it; another version may be right.";

    /// <summary>The archive is made to mislead, or to write where it may not.</summary>
    internal static DiagnosticException Hostile(string wheel, string what) => new(
        "hostile-wheel", $"The wheel '{wheel}' {what}.", "Do not install it unless you know where it comes from; tell those who made it.");

    /// <summary>The archive's bytes or its metadata cannot be read.</summary>
    internal static DiagnosticException Damaged(string wheel, string what) => new("damaged-wheel", $"The wheel '{wheel}' {what}.", AskMakers);

    /// <summary>It is of a format that is not known.</summary>
    internal static DiagnosticException Version(string wheel, string version) => new(
        "wheel-version", $"The wheel '{wheel}' is of version {version} of the format; this program knows version 1.", "Take another version of the package, or a newer slipway.");

    /// <summary>It is another package than its name says.</summary>
    internal static DiagnosticException Lies(string wheel, string what) => new("wrong-wheel", $"The wheel '{wheel}' is not what its name says: {what}.", AskMakers);

    /// <summary>RECORD and the archive differ.</summary>
    internal static DiagnosticException Record(string wheel, IReadOnlyList<string> problems) => new(
        "wheel-record", $"The RECORD of the wheel '{wheel}' does not fit its files: {Few(problems)}.", "If you know that the wheel is good, install it with --heal, which writes the RECORD anew; tell those who made it.");

    private static string Few(IReadOnlyList<string> problems) => string.Join("; ", problems.Take(5)) + (problems.Count > 5 ? $"; and {problems.Count - 5} more" : "");
}
