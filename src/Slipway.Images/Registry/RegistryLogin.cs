using System.Text;

namespace Slipway.Images.Registry;

/// <summary>Who the user is at a registry. Never shown.</summary>
/// <param name="User">The user's name; may be empty beside a token.</param>
/// <param name="Password">The password or access token; empty beside a token.</param>
public sealed record RegistryLogin(string User, string Password)
{
    /// <summary>A refresh token (<c>identitytoken</c> in config.json), exchanged for access tokens where the registry says (OAuth 2, RFC 6749, 6).</summary>
    public string? IdentityToken { get; init; }

    /// <summary>A token that is sent to the registry as it stands (<c>registrytoken</c>).</summary>
    public string? RegistryToken { get; init; }

    /// <summary>The value of an <c>Authorization: Basic</c> header (RFC 7617); null when there is no password.</summary>
    internal string? Basic => Password.Length > 0 ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")) : null;

    public override string ToString() => $"{User} (secret hidden)";
}
