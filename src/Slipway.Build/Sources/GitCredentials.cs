using System.Globalization;
using System.Text;
using Slipway.Build.Scheduling;

namespace Slipway.Build.Sources;

/// <summary>
/// What git is told besides the address: tokens of <c>--secret</c> under BuildKit's names (<c>GIT_AUTH_TOKEN</c>, <c>GIT_AUTH_HEADER</c>, both also with
/// <c>.HOST</c> behind) and the agent of <c>--ssh</c>. Everything goes through the environment, because other users can read command lines.
/// </summary>
public sealed class GitCredentials(IReadOnlyDictionary<string, SecretSource> secrets, IReadOnlyDictionary<string, string> sshAgents, Func<string, string?> environment)
{
    public static GitCredentials None { get; } = new(new Dictionary<string, SecretSource>(), new Dictionary<string, string>(), _ => null);

    /// <summary><c>NAME=value</c> for a call of git that speaks with this remote.</summary>
    public async Task<IReadOnlyList<string>> VariablesAsync(GitAddress remote, CancellationToken cancellationToken)
    {
        List<string> variables = ["GIT_TERMINAL_PROMPT=0"];
        if (sshAgents.TryGetValue("default", out string? agent))
        {
            variables.Add($"SSH_AUTH_SOCK={agent}");
        }

        if (environment("GIT_SSH_COMMAND") is null && environment("GIT_SSH") is null)
        {
            variables.Add("GIT_SSH_COMMAND=ssh -o BatchMode=yes");
        }

        if (Uri.TryCreate(remote.Plain, UriKind.Absolute, out Uri? address)
            && (remote.Login is { } login ? Basic(login.Contains(':', StringComparison.Ordinal) ? login : login + ":") : MaySee(address) ? await HeaderAsync(address, cancellationToken) : null) is { } header)
        {
            _ = int.TryParse(environment("GIT_CONFIG_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out int count);
            variables.Add($"GIT_CONFIG_COUNT={count + 1}");
            variables.Add($"GIT_CONFIG_KEY_{count}=http.{address.GetLeftPart(UriPartial.Authority)}/.extraheader");
            variables.Add($"GIT_CONFIG_VALUE_{count}=Authorization: {header}");
        }

        return variables;
    }

    private static string Basic(string login) => "basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login));

    // A secret does not travel unencrypted, except within this machine.
    private static bool MaySee(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    private async Task<string?> HeaderAsync(Uri address, CancellationToken cancellationToken)
    {
        string host = address.IsDefaultPort ? address.Host : $"{address.Host}:{address.Port}";
        foreach (string suffix in (string[])["." + host, ""])
        {
            if (await ReadAsync("GIT_AUTH_HEADER" + suffix, cancellationToken) is { } header)
            {
                return header;
            }

            if (await ReadAsync("GIT_AUTH_TOKEN" + suffix, cancellationToken) is { } token)
            {
                return Basic("x-access-token:" + token);
            }
        }

        return null;
    }

    private async Task<string?> ReadAsync(string id, CancellationToken cancellationToken) =>
        secrets.TryGetValue(id, out SecretSource? source) && await source.ReadAsync(cancellationToken) is { } value
            ? Encoding.UTF8.GetString(value).Trim() : null;
}
