using Slipway.Conda.Records;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Matching;

/// <summary>What each key in the brackets of a spec means.</summary>
internal static class SpecKeys
{
    private const string Known = "version, build, build_number, channel, subdir, fn, url, md5, sha256, license, license_family, track_features, features, when, extras, flags";

    public static MatchSpec Apply(MatchSpec spec, string key, string value, ParseMode mode)
    {
        switch (key)
        {
            case "name": // the name before the brackets wins
            case "target" or "optional" when mode == ParseMode.Lenient:
                return spec;
            case "version":
                return spec with { Version = Version(value, mode) };
            case "build":
                return spec with { Build = Pattern(key, value) };
            case "build_number":
                return spec with
                {
                    BuildNumber = BuildNumberConstraint.TryParse(value, out BuildNumberConstraint? number) ? number : throw new FormatException($"\"{value}\" is not a build number, nor an operator and one"),
                };
            case "channel":
                (string channel, string? subdir) = Subdirs.Split(value);
                return spec with { Channel = channel, Subdir = subdir ?? spec.Subdir };
            case "subdir":
                return spec with { Subdir = value };
            case "fn":
                return spec with { FileName = value };
            case "url":
                return spec with { Url = value };
            case "md5":
                return spec with { Md5 = Hash(key, value, 32, mode) };
            case "sha256":
                return spec with { Sha256 = Hash(key, value, 64, mode) };
            case "license":
                return spec with { License = Pattern(key, value) };
            case "license_family":
                return spec with { LicenseFamily = Pattern(key, value) };
            case "track_features":
                return spec with { TrackFeatures = value };
            case "features":
                return spec with { Features = value };
            case "when":
                return spec with { When = MatchCondition.Parse(value, mode) };
            case "extras":
                return spec with { Extras = List(key, value, static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '+' or '-', 64) };
            case "flags":
                return spec with { Flags = List(key, value, static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '*' or ':', int.MaxValue) };
            default:
                throw new FormatException($"there is no key \"{key}\"; there are {Known}");
        }
    }

    /// <summary>A pattern, or null for any text.</summary>
    public static TextPattern? Pattern(string key, string value)
    {
        if (key == "build" && value.AsSpan().ContainsAny(" \t[]"))
        {
            throw new FormatException($"\"{value}\" is not a build");
        }

        return !TextPattern.TryParse(value, out TextPattern? pattern, out string? problem) ? throw new FormatException(problem) : pattern.IsAny ? null : pattern;
    }

    private static VersionConstraint Version(string value, ParseMode mode)
    {
        VersionConstraint constraint = MatchSpecParser.Version(value, exact: false, mode);
        return mode == ParseMode.Strict && constraint.Exact is not null && !value.StartsWith('=')
            ? throw new FormatException($"in brackets version={value} could mean two things; write version='=={value}' or version='{value}.*'")
            : constraint;
    }

    private static string Hash(string key, string value, int length, ParseMode mode) =>
        mode == ParseMode.Lenient || (value.Length == length && value.All(char.IsAsciiHexDigit)) ? value : throw new FormatException($"{key} must be {length} hexadecimal digits");

    private static SpecList List(string key, string value, Func<char, bool> allowed, int longest)
    {
        string[] items = SpecBrackets.Items(value);
        string? wrong = items.FirstOrDefault(i => i.Length == 0 || i.Length > longest || !i.All(allowed));
        return wrong is null ? new SpecList(items) : throw new FormatException($"\"{wrong}\" cannot be one of the {key}");
    }
}
