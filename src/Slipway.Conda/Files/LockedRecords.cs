using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Files;

/// <summary>Between what channels say of packages and what locks keep of it.</summary>
public static class LockedRecords
{
    /// <summary>A record that says what a lock knows.</summary>
    /// <exception cref="DiagnosticException">The lock's version is none, or its address names no package file.</exception>
    public static PackageRecord Of(LockedPackage package)
    {
        if (!CondaVersion.TryParse(package.Version, out CondaVersion? version, out string? problem))
        {
            throw new DiagnosticException("bad-lock", $"{package.Name} of the lock has no version: {problem}", "Make the lock again.");
        }

        string folder = package.Url[..Math.Max(0, package.Url.LastIndexOf('/'))];
        (string channel, string? subdir) = Subdirs.Split(folder);
        return new PackageRecord
        {
            Name = package.Name,
            Version = version,
            Build = package.Build ?? "",
            Subdir = subdir ?? package.Platform,
            FileName = package.FileName,
            Channel = subdir is null ? "" : channel,
            Url = package.Url,
            Md5 = package.Md5,
            Sha256 = package.Sha256,
            Depends = [.. package.Dependencies.Select(d => $"{d.Key} {d.Value}".TrimEnd())],
        };
    }

    /// <summary>What a lock keeps of a record.</summary>
    public static LockedPackage Of(PackageRecord record, string platform) => new()
    {
        Name = record.Name,
        Version = record.Version.ToString(),
        Build = record.Build,
        Platform = platform,
        Url = record.Url,
        Md5 = record.Md5,
        Sha256 = record.Sha256,
        Dependencies = [.. record.Depends.Select(Dependency).GroupBy(d => d.Key).Select(Joined)],
    };

    private static KeyValuePair<string, string> Dependency(string spec) =>
        MatchSpec.TryParse(spec, ParseMode.Lenient, out MatchSpec? parsed, out _) && parsed.ExactName is { } name && spec.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            ? new(name, spec[name.Length..].Trim())
            : new(spec.Split(' ')[0], spec.Contains(' ') ? spec[(spec.IndexOf(' ') + 1)..].Trim() : "");

    // The format has one constraint a name (CEP 37); two that only have versions are one with a comma.
    private static KeyValuePair<string, string> Joined(IGrouping<string, KeyValuePair<string, string>> same) =>
        new(same.Key, same.Select(d => d.Value).Where(v => v.Length > 0).Distinct().ToArray() is var all && all.All(v => !v.Contains(' ')) ? string.Join(',', all) : all[0]);
}
