using Slipway.Conda.Records;

namespace Slipway.Conda.Linking;

/// <summary>
/// The scripts in packages that conda runs when it links them (CEP 34: <c>bin/.NAME-pre-link.sh</c>, <c>bin/.NAME-post-link.sh</c>). They may do anything, so they are reported and not run;
/// whoever allows one runs it in a sandbox, with what <see cref="EnvironmentOf"/> says.
/// </summary>
public static class LinkScripts
{
    private static readonly string[] s_actions = ["pre-link", "post-link"];

    internal static IEnumerable<LinkScript> Of(string package, IReadOnlyCollection<LinkEntry> entries) =>
        from action in s_actions
        let path = $"bin/.{package}-{action}.sh"
        where entries.Any(entry => entry.Path == path)
        select new LinkScript(package, action, path);

    /// <summary>The variables that CEP 32 gives to a script.</summary>
    /// <param name="prefix">The environment's path as the script sees it.</param>
    /// <param name="record">The package.</param>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(string prefix, PackageRecord record) => new Dictionary<string, string>
    {
        ["PREFIX"] = prefix,
        ["ROOT_PREFIX"] = prefix,
        ["PKG_NAME"] = record.Name,
        ["PKG_VERSION"] = record.Version.ToString(),
        ["PKG_BUILDNUM"] = record.BuildNumber.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["PATH"] = $"{prefix}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    };
}
