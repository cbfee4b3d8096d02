using System.Diagnostics.CodeAnalysis;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Matching;

/// <summary>
/// A question about packages (CEP 29, and 43 to 45): <c>numpy &gt;=1.20,&lt;2</c>, <c>python=3.11=*_cpython</c>, <c>conda-forge::zlib[build_number=3]</c>.
/// Two specs are equal when each part is; <see cref="ToString"/> gives the canonical text.
/// </summary>
public sealed record MatchSpec
{
    /// <summary>The name, or a pattern of names; <c>*</c> is any.</summary>
    public required TextPattern Name { get; init; }

    public VersionConstraint Version { get; init; } = VersionConstraint.Any;

    /// <summary>The build, or null for any.</summary>
    public TextPattern? Build { get; init; }

    public BuildNumberConstraint? BuildNumber { get; init; }

    /// <summary>The channel as it was written, without the subdir: a name, a URL, <c>*</c>; null for any.</summary>
    public string? Channel { get; init; }

    public string? Subdir { get; init; }

    /// <summary>Between two colons after the channel; it means nothing yet.</summary>
    public string? Namespace { get; init; }

    public string? FileName { get; init; }

    public string? Url { get; init; }

    public string? Md5 { get; init; }

    public string? Sha256 { get; init; }

    public TextPattern? License { get; init; }

    public TextPattern? LicenseFamily { get; init; }

    /// <summary>Features that must all be tracked, separated by spaces or commas.</summary>
    public string? TrackFeatures { get; init; }

    public string? Features { get; init; }

    /// <summary>The spec only counts when this holds (CEP 43).</summary>
    public MatchCondition? When { get; init; }

    /// <summary>Optional groups to install too (CEP 44).</summary>
    public SpecList Extras { get; init; } = SpecList.Empty;

    /// <summary>Flags the package must all have; stars allowed (CEP 45).</summary>
    public SpecList Flags { get; init; } = SpecList.Empty;

    /// <summary>The name when it is one name, else null.</summary>
    public string? ExactName => Name.IsExact ? Name.Text : null;

    /// <summary>Reads a spec.</summary>
    /// <exception cref="FormatException">It is none; the message is a whole sentence.</exception>
    public static MatchSpec Parse(string text, ParseMode mode) =>
        TryParse(text, mode, out MatchSpec? spec, out string? problem) ? spec : throw new FormatException(problem);

    /// <summary>Reads a spec; <paramref name="problem"/> is a whole sentence.</summary>
    public static bool TryParse(string text, ParseMode mode, [NotNullWhen(true)] out MatchSpec? spec, out string? problem)
    {
        try
        {
            spec = MatchSpecParser.Parse(text, mode);
            problem = null;
            return true;
        }
        catch (FormatException e)
        {
            spec = null;
            problem = $"\"{text}\" is not a package specification: {e.Message}";
            return false;
        }
    }

    /// <summary>
    /// Whether a record answers it. The channel is not looked at: what a channel's name means is known to whoever has the settings.
    /// <see cref="When"/> and <see cref="Extras"/> ask about other packages and are not looked at either.
    /// </summary>
    public bool Matches(PackageRecord record) =>
        Name.Matches(record.Name)
        && Version.Matches(record.Version)
        && (Build is null || Build.Matches(record.Build))
        && (BuildNumber is null || BuildNumber.Matches(record.BuildNumber))
        && (!HasRareParts || RarePartsMatch(record));

    /// <summary>The canonical text (CEP 29, appendix A).</summary>
    public override string ToString() => MatchSpecWriter.Write(this);

    /// <summary>It asks for nothing but name, version, build, build number and channel.</summary>
    internal bool IsPlain => !HasRareParts;

    private bool HasRareParts => Subdir is not null || FileName is not null || Url is not null || Md5 is not null || Sha256 is not null || License is not null
        || LicenseFamily is not null || TrackFeatures is not null || Features is not null || Flags.Values.Count > 0;

    private static char[] FeatureSeparators { get; } = [' ', ','];

    private bool RarePartsMatch(PackageRecord record) =>
        Same(Subdir, record.Subdir)
        && Same(FileName, record.FileName)
        && Same(Url, record.Url)
        && Same(Md5, record.Md5)
        && Same(Sha256, record.Sha256)
        && (License is null || License.Matches(record.License ?? ""))
        && (LicenseFamily is null || LicenseFamily.Matches(record.LicenseFamily ?? ""))
        && (TrackFeatures is null || Words(TrackFeatures).All(f => record.TrackFeatures.Contains(f, StringComparer.OrdinalIgnoreCase)))
        && (Features is null || Words(Features).All(f => Words(record.Features).Contains(f, StringComparer.OrdinalIgnoreCase)))
        && Flags.Values.All(flag => record.Flags.Any(have => TextPattern.TryParse(flag, out TextPattern? pattern, out _) && pattern.Matches(have)));

    private static bool Same(string? wanted, string? there) => wanted is null || string.Equals(wanted, there, StringComparison.OrdinalIgnoreCase);

    private static string[] Words(string text) => text.Split(FeatureSeparators, StringSplitOptions.RemoveEmptyEntries);
}
