using System.Diagnostics;

namespace Slipway.EndToEnd.Tests;

/// <summary>A real registry on loopback; it ends with this object, and with this process however that ends.</summary>
internal sealed class Registry : IDisposable
{
    private readonly Process process;

    private Registry(Process process, string address)
    {
        this.process = process;
        Address = address;
    }

    /// <summary>Host and port, as the first part of an image's name.</summary>
    public string Address { get; }

    public static async Task<Registry> StartAsync(string folder, CancellationToken cancellationToken, params string[] userAndPassword)
    {
        var process = new Command(Repository.PathOf("tests/world/registry"), [folder, .. userAndPassword]).Start();
        var address = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return address is null
            ? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(cancellationToken))
            : new Registry(process, address);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
