using System.Globalization;
using Slipway.Foundation.Text;

namespace Slipway.Images.Compression;

/// <summary>
/// How far compressed data may grow, so that a small file made for the purpose cannot fill the disk. Real file systems shrink to a tenth or, with much
/// empty space in them, a hundredth; gzip can hide a thousand bytes in one, zstd far more.
/// </summary>
/// <param name="Ratio">How many bytes may come of each compressed one; 0 for any number.</param>
/// <param name="Free">How many bytes may come in any case.</param>
/// <param name="Members">How many members an archive may have, unless any ratio is allowed; each takes memory.</param>
public readonly record struct ExpansionLimit(long Ratio, long Free, int Members)
{
    private const string Variable = "SLIPWAY_MAX_EXPANSION";

    public static ExpansionLimit Default { get; } = new(Ratio: 250, Free: 4L << 30, Members: 5_000_000);

    /// <summary>The limit that the environment variable <c>SLIPWAY_MAX_EXPANSION</c> sets (the ratio; 0 for none), else the default.</summary>
    public static ExpansionLimit Current { get; } =
        Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text ? Default
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ratio) ? Default with { Ratio = ratio }
        : throw new DiagnosticException("bad-setting", $"{Variable} is '{text}', which is no number.", "Set how many times larger than its archive a layer may be, or 0 for any size.");

    /// <exception cref="DiagnosticException">More came of the data than may.</exception>
    public void Check(long compressed, long expanded)
    {
        if (Ratio > 0 && expanded > Free && expanded / Ratio > compressed)
        {
            throw new DiagnosticException(
                "decompression-bomb",
                $"The compressed data grow to more than {Ratio} times their size: {expanded} bytes came of {compressed}.",
                $"Do not use them unless you know where they come from; if they are yours, set {Variable} to a larger number (0: any).");
        }
    }

    /// <exception cref="DiagnosticException">The archive has more members than it may.</exception>
    public void CheckMembers(int count)
    {
        if (Ratio > 0 && count > Members)
        {
            throw new DiagnosticException(
                "decompression-bomb", $"The archive has more than {Members} members.",
                $"Do not use it unless you know where it comes from; if it is yours, set {Variable} to 0.");
        }
    }
}
