using System.CommandLine;
using Slipway.Images.Model;
using Slipway.Images.Registry;

namespace Slipway.Cli.Commands.Logins;

/// <summary>The registry that a login is for, as people type it: <c>host[:port]</c>, with a path, or as an address.</summary>
internal static class ServerName
{
    public static Argument<string?> Argument() => new("SERVER")
    {
        Description = "The registry, host[:port]; with a path (host/team) the login is for the repositories below it (default: docker.io)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The key of its login.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static string Read(string? typed)
    {
        string key = typed is null ? ImageReference.DefaultRegistry : RegistryCredentials.KeyOf(typed);
        return ImageReference.TryParse($"{key}/x", out ImageReference? reference) && (reference.Registry == key.Split('/')[0] || !key.Contains('/', StringComparison.Ordinal))
            ? key
            : throw new UsageException("bad-server", $"'{typed}' is no registry", "write host, host:port, or host/path");
    }
}
