using Slipway.Testing;

namespace Slipway.Images.Tests.Registry;

/// <summary>Credential helpers on the path that keep a login for whatever they are asked for, and write down each call.</summary>
internal sealed class CredentialHelpers : IDisposable
{
    private static readonly Lock s_path = new();
    private readonly TemporaryFolder _folder = new();

    public CredentialHelpers(params string[] names)
    {
        foreach (string name in names)
        {
            string script = _folder[$"docker-credential-{Prefix}{name}"];
            File.WriteAllText(script, $$"""
                #!/bin/sh
                echo "$1 {{name}}" >>'{{_folder["calls"]}}'
                server=$(cat)
                [ "$1" != get ] || echo "{\"Username\":\"kept for $server\",\"Secret\":\"{{name.ToUpperInvariant()}}\"}"
                """);
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // The path is the process's, which other tests share: it only grows, by folders that hold nothing but names of one test.
        lock (s_path)
        {
            Environment.SetEnvironmentVariable("PATH", $"{Environment.GetEnvironmentVariable("PATH")}:{_folder.Path}");
        }
    }

    /// <summary>Stands before the names in a file of logins.</summary>
    public string Prefix { get; } = $"{Guid.NewGuid():N}-";

    public string[] Calls => File.ReadAllLines(_folder["calls"]);

    public void Dispose() => _folder.Dispose();
}
