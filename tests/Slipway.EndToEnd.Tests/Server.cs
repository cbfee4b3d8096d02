using System.Diagnostics;

namespace Slipway.EndToEnd.Tests;

/// <summary>A real server, started by a script of tests/world; it ends with this object, and with this process however that ends.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process process;
    private bool ended;

    private Server(Process process, string address)
    {
        this.process = process;
        Address = address;
    }

    /// <summary>Where it listens: for a registry host and port, as the first part of an image's name.</summary>
    public string Address { get; }

    /// <summary>Starts a registry that keeps its blobs in <paramref name="folder"/>; with a user and a password it has TLS and lets in only him.</summary>
    public static Task<Server> RegistryAsync(string folder, CancellationToken cancellationToken, params string[] userAndPassword) =>
        StartAsync("registry", [folder, .. userAndPassword], cancellationToken);

    /// <summary>Starts a Docker daemon that keeps everything in <paramref name="folder"/>; its address is for <c>docker -H</c>.</summary>
    public static Task<Server> DockerAsync(string folder, CancellationToken cancellationToken) => StartAsync("docker", [folder], cancellationToken);

    /// <summary>Serves the files of <paramref name="folder"/> over HTTP.</summary>
    public static Task<Server> FilesAsync(string folder, CancellationToken cancellationToken) => StartAsync("serve", [folder], cancellationToken);

    /// <summary>Serves the Python index of <paramref name="folder"/>, with faults on demand.</summary>
    public static Task<Server> PythonIndexAsync(string folder, CancellationToken cancellationToken) => StartAsync("serve-python", [folder], cancellationToken);

    /// <summary>Ends it; a test may do so before its own end.</summary>
    public void Dispose()
    {
        if (ended)
        {
            return;
        }

        ended = true;
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static async Task<Server> StartAsync(string script, string[] arguments, CancellationToken cancellationToken)
    {
        var process = new Command(Repository.PathOf("tests/world/" + script), arguments).Start();
        var address = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return address is null
            ? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(cancellationToken))
            : new Server(process, address);
    }
}
