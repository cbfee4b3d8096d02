using Slipway.Conda.Records;
using Slipway.Foundation.Text;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>
/// The scripts in packages that conda runs when it links them (CEP 34: <c>bin/.NAME-pre-link.sh</c>, <c>bin/.NAME-post-link.sh</c>). They may do anything, so they are reported and not run;
/// whoever allows one runs it in a sandbox, with what <see cref="EnvironmentOf"/> says.
/// </summary>
public static class LinkScripts
{
    /// <summary>The action of scripts that may be allowed.</summary>
    public const string PostLink = "post-link";

    private static readonly string[] s_actions = ["pre-link", PostLink];

    internal static IEnumerable<LinkScript> Of(string package, IReadOnlyCollection<LinkEntry> entries) =>
        from action in s_actions
        let path = $"bin/.{package}-{action}.sh"
        where entries.Any(entry => entry.Path == path)
        select new LinkScript(package, action, path);

    /// <summary>The commands that run the post-link scripts of the packages that a user allows by name, in the order of installation.</summary>
    /// <exception cref="DiagnosticException">One of the packages has no such script.</exception>
    public static IReadOnlyList<EnvironmentCommand> CommandsFor(LinkPlan plan, IReadOnlyCollection<string> allowed)
    {
        LinkedPackage[] packages = [.. plan.Packages.Where(package => allowed.Contains(package.Input.Record.Name) && package.Scripts.Any(script => script.Action == PostLink))];
        string[] missing = [.. allowed.Except(packages.Select(package => package.Input.Record.Name))];
        return missing.Length > 0
            ? throw new DiagnosticException("no-such-script", $"No post-link script is there to allow: {string.Join(", ", missing)}.", "Name only packages of the environment that have one.")
            : [.. packages.Select(package => new EnvironmentCommand(
                ["/bin/sh", $"{plan.Options.Prefix}/{package.Scripts.Single(script => script.Action == PostLink).Path}"], EnvironmentOf(plan.Options.Prefix, package.Input.Record)))];
    }

    /// <summary>Runs them. What a script did stays, so the caller throws the environment away if this throws.</summary>
    /// <exception cref="DiagnosticException">One of them fails.</exception>
    public static async Task RunAsync(LinkPlan plan, IReadOnlyCollection<string> allowed, IEnvironmentRunner runner, CancellationToken cancellationToken)
    {
        foreach (EnvironmentCommand command in CommandsFor(plan, allowed))
        {
            (int code, string error) = await runner.RunAsync(command, cancellationToken);
            _ = code == 0 ? true : throw new DiagnosticException("post-link", $"The script '{command.Arguments[1]}' ended with {code}: {error.Trim()}", "Leave it out of --allow-post-link if the package works without.");
        }
    }

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
