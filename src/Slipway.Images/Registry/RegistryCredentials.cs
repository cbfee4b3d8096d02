using Slipway.Foundation.Text;

namespace Slipway.Images.Registry;

/// <summary>
/// The user's logins: of <c>$REGISTRY_AUTH_FILE</c> alone when that is set, else of docker's <c>config.json</c>, else of podman's
/// <c>$XDG_RUNTIME_DIR/containers/auth.json</c>, and of the credential helpers they name. Nothing is read before a registry asks for a login.
/// </summary>
public sealed class RegistryCredentials
{
    private readonly IReadOnlyList<string> _paths;
    private readonly Lazy<IReadOnlyList<AuthFile>> _files;
    private readonly (string Registry, RegistryLogin Login)? _only;

    private RegistryCredentials(IReadOnlyList<string> paths, (string Registry, RegistryLogin Login)? only = null)
    {
        (_paths, _only) = (paths, only);
        _files = new(() => [.. paths.Select(AuthFile.TryRead).OfType<AuthFile>()]);
    }

    public static RegistryCredentials None { get; } = new([]);

    /// <summary>Finds where the logins are; a missing file is no mistake.</summary>
    public static RegistryCredentials Load(Func<string, string?> environment)
    {
        if (environment("REGISTRY_AUTH_FILE") is { Length: > 0 } chosen)
        {
            return new RegistryCredentials([Path.GetFullPath(chosen)]);
        }

        string? folder = environment("DOCKER_CONFIG") is { Length: > 0 } given ? given
            : environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".docker") : null;
        string? podman = environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? Path.Combine(runtime, "containers", "auth.json") : null;
        return new RegistryCredentials(
            [.. ((string?[])[folder is null ? null : Path.GetFullPath(Path.Combine(folder, "config.json")), podman]).OfType<string>()]);
    }

    /// <summary>The key of a login for what a person or a file names: <c>https://host/v1/</c> is <c>host</c>, docker's index is <c>docker.io</c>.</summary>
    public static string KeyOf(string server) => AuthFile.Normalize(server);

    /// <summary>One login for one registry, to try it.</summary>
    public static RegistryCredentials Of(string registry, RegistryLogin login) => new([], (registry, login));

    /// <summary>Where a new login is kept.</summary>
    /// <exception cref="DiagnosticException">There is no place.</exception>
    public AuthFileWriter Writer => _paths is [var path, ..] ? new AuthFileWriter(path) : throw new DiagnosticException(
        "no-home", "There is no place for logins: neither HOME nor DOCKER_CONFIG nor REGISTRY_AUTH_FILE is set.", "Set one of them.");

    /// <summary>The login for a repository of a registry as references name it (empty: for the registry itself), or null.</summary>
    /// <exception cref="DiagnosticException">A file of logins is broken, or a helper fails.</exception>
    public async Task<RegistryLogin?> FindAsync(string registry, string repository, CancellationToken cancellationToken)
    {
        if (_only is { } only)
        {
            return only.Registry == registry ? only.Login : null;
        }

        foreach (AuthFile file in _files.Value)
        {
            foreach (string key in AuthFile.Covering(repository.Length > 0 ? $"{registry}/{repository}" : registry))
            {
                if (file.MayBeKept(key) && file.HelperOf(key) is { } helper && await new CredentialHelper(helper).GetAsync(key, cancellationToken) is { } kept)
                {
                    return kept;
                }

                if (file.Logins.TryGetValue(key, out RegistryLogin? login))
                {
                    return login;
                }
            }
        }

        return null;
    }

    /// <summary>The files that hold a login for the registry; after a logout those that still do.</summary>
    public IReadOnlyList<string> FilesWith(string registry) =>
        [.. _paths.Select(AuthFile.TryRead).OfType<AuthFile>().Where(file => file.Logins.ContainsKey(registry)).Select(file => file.Path)];
}
