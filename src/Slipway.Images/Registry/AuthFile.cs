using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>A file of logins: docker's <c>config.json</c> or containers-auth.json(5), which has the same form and may name paths besides hosts.</summary>
/// <param name="Path">The file.</param>
/// <param name="Logins">Logins by <c>host[:port][/namespace…]</c>.</param>
/// <param name="Listed">All keys of logins, also of those that a helper keeps.</param>
/// <param name="Helpers">The credential helper of a host or path (<c>credHelpers</c>).</param>
/// <param name="Store">The credential helper of all other hosts (<c>credsStore</c>).</param>
internal sealed record AuthFile(
    string Path, IReadOnlyDictionary<string, RegistryLogin> Logins, IReadOnlySet<string> Listed, IReadOnlyDictionary<string, string> Helpers, string? Store)
{
    /// <summary>How docker names its own registry in these files.</summary>
    public const string DockerHubKey = "https://index.docker.io/v1/";

    private const int LongestFile = 16 * 1024 * 1024;

    /// <summary>The helper that keeps the login of a key, or null: that of the longest key that covers it.</summary>
    public string? HelperOf(string key) => Covering(key).Select(covering => Helpers.GetValueOrDefault(covering)).FirstOrDefault(helper => helper is not null) ?? Store;

    /// <summary>Whether there is sense in asking a helper for a key: for hosts always, for paths only when the file names them, since each asking starts a program.</summary>
    public bool MayBeKept(string key) => !key.Contains('/', StringComparison.Ordinal) || Listed.Contains(key) || Helpers.ContainsKey(key);

    /// <summary>A key and those above it, the longest first: <c>host/team/app</c>, <c>host/team</c>, <c>host</c>.</summary>
    public static IEnumerable<string> Covering(string key)
    {
        for (; ; key = key[..key.LastIndexOf('/')])
        {
            yield return key;
            if (!key.Contains('/', StringComparison.Ordinal))
            {
                yield break;
            }
        }
    }

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="DiagnosticException">It cannot be read, or is not of that form.</exception>
    public static AuthFile? TryRead(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            if (new FileInfo(path).Length > LongestFile)
            {
                throw Bad(path, "it is far too long");
            }

            byte[] json = File.ReadAllBytes(path);
            return json.AsSpan().Trim(" \t\r\n"u8).IsEmpty ? new AuthFile(path, Empty<RegistryLogin>(), new HashSet<string>(), Empty<string>(), null)
                : Make(path, JsonSerializer.Deserialize(json, AuthFileJson.Default.AuthFileDocument));
        }
        catch (Exception e) when (e is JsonException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw Bad(path, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>The registry and path a key means: old files have keys such as <c>https://host/v1/</c>.</summary>
    public static string Normalize(string key)
    {
        int scheme = key.IndexOf("://", StringComparison.Ordinal);
        string name = (scheme < 0 ? key : key[(scheme + 3)..]).Trim('/');
        string[] parts = name.Split('/', 2);
        bool isHub = parts[0] is "index.docker.io" or "registry-1.docker.io" or ImageReference.DefaultRegistry;
        string host = isHub ? ImageReference.DefaultRegistry : parts[0];
        return parts.Length == 1 || scheme >= 0 || parts[1] is "v1" or "v2" ? host : $"{host}/{parts[1]}";
    }

    private static AuthFile Make(string path, AuthFileDocument? document)
    {
        var logins = new Dictionary<string, RegistryLogin>(StringComparer.OrdinalIgnoreCase);
        var listed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, AuthFileEntry? entry) in document?.Auths ?? [])
        {
            listed.Add(Normalize(key));
            if (entry is not null && Login(entry) is { } login)
            {
                logins[Normalize(key)] = login;
            }
        }

        var helpers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? helper) in document?.CredHelpers ?? [])
        {
            if (helper is { Length: > 0 })
            {
                helpers[Normalize(key)] = helper;
            }
        }

        return new AuthFile(path, logins, listed, helpers, document?.CredsStore is { Length: > 0 } store ? store : null);
    }

    private static RegistryLogin? Login(AuthFileEntry entry)
    {
        string pair = Encoding.UTF8.GetString(Convert.FromBase64String(entry.Auth ?? "")).TrimEnd('\0');
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        (string user, string password) = colon >= 0 ? (pair[..colon], pair[(colon + 1)..]) : (entry.Username ?? "", entry.Password ?? "");
        if (entry is { Username.Length: > 0, Password.Length: > 0 })
        {
            (user, password) = (entry.Username, entry.Password);
        }

        var login = new RegistryLogin(user, password)
        {
            IdentityToken = entry.IdentityToken is { Length: > 0 } identity ? identity : null,
            RegistryToken = entry.RegistryToken is { Length: > 0 } token ? token : null,
        };
        return login is { IdentityToken: null, RegistryToken: null, Basic: null } ? null : login;
    }

    private static Dictionary<string, T> Empty<T>() => [];

    private static DiagnosticException Bad(string path, string why) => new(
        "bad-docker-config", $"The logins in {path} cannot be read: {why}", "Mend the file, or set DOCKER_CONFIG to the folder of another one.");
}

internal sealed record AuthFileDocument
{
    [JsonPropertyName("auths")]
    public Dictionary<string, AuthFileEntry?>? Auths { get; init; }

    [JsonPropertyName("credHelpers")]
    public Dictionary<string, string?>? CredHelpers { get; init; }

    [JsonPropertyName("credsStore")]
    public string? CredsStore { get; init; }
}

internal sealed record AuthFileEntry
{
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }

    [JsonPropertyName("registrytoken")]
    public string? RegistryToken { get; init; }
}

[JsonSerializable(typeof(AuthFileDocument))]
internal sealed partial class AuthFileJson : JsonSerializerContext;
