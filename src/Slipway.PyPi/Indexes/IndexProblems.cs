using System.Net;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Indexes;

/// <summary>What can be wrong with an index, said with what to do about it. Addresses are shown without secrets.</summary>
internal static class IndexProblems
{
    public static DiagnosticException NotAPage(string name, string why) => new(
        "not-an-index", $"{name} is not a page of a package index: {why}.", "Check the address of the index, which mostly ends in /simple; a proxy or a login page may have answered instead of it.");

    public static DiagnosticException NewerInterface(string name, string version) => new(
        "index-version", $"{name} speaks version {version} of the index interface; this program knows version 1.", "Use a newer slipway, or another index or mirror.");

    public static DiagnosticException Refused(PackageIndex index, Uri address, HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired => new(
            "index-login", $"{SafeAddress.Of(address)} answered {(int)status}: it wants a login, or refuses the one it got.", LoginHelp(index, address)),
        _ => new("index-refused", $"{SafeAddress.Of(address)} answered {(int)status}.", "Check the address of the index, which mostly ends in /simple."),
    };

    public static DiagnosticException Unreachable(PackageIndex index, ProjectName? project, HttpFailureException failure) => failure.Failure == HttpFailure.Offline
        ? new DiagnosticException("offline", $"What the index {index} says{(project is { } name ? $" of {name}" : "")} is not kept here, and --offline forbids to ask it.", "Run it once without --offline.")
        : new DiagnosticException(
            "index-unreachable", $"The index {index} cannot be reached: {failure.Message}",
            $"Check the network and the proxy settings, or set a mirror in config.yml: python: mirrors: {index.Address.GetLeftPart(UriPartial.Authority)}: [ADDRESS].");

    public static DiagnosticException Insecure(PackageIndex index) => new(
        "insecure-index", $"The index {index} would be asked without TLS ({index.Url}), so that anybody on the way could exchange packages.",
        $"Write https://, or, if you trust the network, --trusted-host {index.Address.Host} (python: trusted_hosts: in config.yml).");

    public static DiagnosticException UnknownIndex(ProjectName project, string name, IEnumerable<string> known) => new(
        "unknown-index", $"{project} is to come from the index \"{name}\", and there is none of this name.",
        Suggestion.Nearest(name, [.. known]) is { } near ? $"Did you mean \"{near}\"?" : "Add it under python: indexes: in config.yml.");

    private static string LoginHelp(PackageIndex index, Uri address)
    {
        string variables = index.Name is { } name ? $"{IndexAccess.VariableOf(name, "USERNAME")} and {IndexAccess.VariableOf(name, "PASSWORD")}, " : "";
        return $"Give it in {variables}python: logins: {address.Authority}: user:password in config.yml, or machine {address.Host} in ~/.netrc."
            + (index.Address.Authority == address.Authority ? " If this server says so of projects that it does not have, add absent_statuses: [403] to the index." : "");
    }
}
