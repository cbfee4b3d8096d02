using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Foundation.Text;

namespace Slipway.Images.Registry;

/// <summary>A user's name and password (or access token) at a registry. Never shown.</summary>
public sealed record RegistryLogin(string User, string Password)
{
    /// <summary>The value of an <c>Authorization: Basic</c> header (RFC 7617).</summary>
    internal string Basic => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    public override string ToString() => $"{User} (password hidden)";
}

/// <summary>The logins that <c>docker login</c> keeps in <c>config.json</c>, by registry.</summary>
public sealed class RegistryCredentials
{
    private const string DockerHubKey = "https://index.docker.io/v1/";
    private readonly Dictionary<string, RegistryLogin> _logins;

    private RegistryCredentials(Dictionary<string, RegistryLogin> logins) => _logins = logins;

    public static RegistryCredentials None { get; } = new([]);

    /// <summary>Reads <c>$DOCKER_CONFIG/config.json</c>, else <c>~/.docker/config.json</c>; none when there is no such file.</summary>
    /// <exception cref="DiagnosticException">The file is not what docker writes.</exception>
    public static RegistryCredentials Load(Func<string, string?> environment)
    {
        string? folder = environment("DOCKER_CONFIG") is { Length: > 0 } given ? given
            : environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".docker") : null;
        string path = Path.Combine(folder ?? "", "config.json");
        return folder is not null && File.Exists(path) ? Read(path) : None;
    }

    /// <summary>The login for a registry as references name it, or null.</summary>
    public RegistryLogin? For(string registry) => _logins.GetValueOrDefault(registry);

    private static RegistryCredentials Read(string path)
    {
        try
        {
            DockerConfigFile? file = JsonSerializer.Deserialize(File.ReadAllBytes(path), DockerConfigJson.Default.DockerConfigFile);
            var logins = new Dictionary<string, RegistryLogin>(StringComparer.OrdinalIgnoreCase);
            foreach ((string key, DockerConfigAuth? auth) in file?.Auths ?? [])
            {
                if (auth is not null && Login(auth) is { } login)
                {
                    logins[Registry(key)] = login;
                }
            }

            return new RegistryCredentials(logins);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new DiagnosticException("bad-docker-config", $"The logins in {path} cannot be read: {e.Message}",
                "Mend the file, or set DOCKER_CONFIG to the folder of another one.");
        }
    }

    // Old files have keys such as https://host/v1/.
    private static string Registry(string key)
    {
        if (key == DockerHubKey)
        {
            return Model.ImageReference.DefaultRegistry;
        }

        int scheme = key.IndexOf("://", StringComparison.Ordinal);
        string host = (scheme < 0 ? key : key[(scheme + 3)..]).Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? Model.ImageReference.DefaultRegistry : host;
    }

    private static RegistryLogin? Login(DockerConfigAuth auth)
    {
        if (auth is { Username.Length: > 0, Password.Length: > 0 })
        {
            return new RegistryLogin(auth.Username, auth.Password);
        }

        string pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth.Auth ?? "")).TrimEnd('\0');
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new RegistryLogin(pair[..colon], pair[(colon + 1)..]) : null;
    }
}

internal sealed record DockerConfigFile
{
    [JsonPropertyName("auths")]
    public Dictionary<string, DockerConfigAuth?>? Auths { get; init; }
}

internal sealed record DockerConfigAuth
{
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }
}

[JsonSerializable(typeof(DockerConfigFile))]
internal sealed partial class DockerConfigJson : JsonSerializerContext;
