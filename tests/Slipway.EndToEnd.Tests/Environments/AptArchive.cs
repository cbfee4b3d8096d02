using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Slipway.Testing.Http;

namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>An archive of Debian packages on loopback, whose packages come, change and go as a test says, and that counts what was fetched.</summary>
internal sealed class AptArchive : IDisposable
{
    private readonly World world;
    private readonly LoopbackListener listener;
    private readonly ConcurrentDictionary<string, byte[]> files = new();
    private readonly ConcurrentDictionary<string, int> sent = new();
    private readonly SortedDictionary<string, string> stanzas = new(StringComparer.Ordinal);

    public AptArchive(World world)
    {
        this.world = world;
        listener = new LoopbackListener(AnswerAsync);
        Publish();
    }

    /// <summary>A line of sources.list.</summary>
    public string Source => $"deb [trusted=yes] {listener.Address} ./";

    /// <summary>How often the list of packages was sent.</summary>
    public int ListsSent => Sent("Packages");

    /// <summary>How often a file was sent, its bytes and all.</summary>
    public int Sent(string name) => sent.GetValueOrDefault(name);

    /// <summary>Makes a package, of which the archive has this version from now on; an earlier one is gone.</summary>
    /// <param name="name">The package.</param>
    /// <param name="version">Its version.</param>
    /// <param name="text">What is in its file <c>/usr/share/NAME</c>.</param>
    /// <returns>The name of its file.</returns>
    public async Task<string> PutAsync(string name, string version, string text)
    {
        string folder = world.NewFolder("deb"), package = Path.Combine(folder, "package"), file = $"{name}_{version}_all.deb";
        string control = $"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Tests <tests@slipway.test>\nDescription: of a test\n";
        Directory.CreateDirectory(Path.Combine(package, "DEBIAN"));
        Directory.CreateDirectory(Path.Combine(package, "usr/share"));
        await File.WriteAllTextAsync(Path.Combine(package, "DEBIAN/control"), control, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(package, "usr/share", name), text, TestContext.Current.CancellationToken);
        (await new Command("dpkg-deb", "--build", "--root-owner-group", "-Znone", package, Path.Combine(folder, file)).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(folder, file), TestContext.Current.CancellationToken);
        foreach (string old in files.Keys.Where(k => k.StartsWith(name + "_", StringComparison.Ordinal)))
        {
            files.TryRemove(old, out _);
        }

        files[file] = bytes;
        stanzas[name] = string.Create(CultureInfo.InvariantCulture, $"{control}Filename: ./{file}\nSize: {bytes.Length}\nSHA256: {Hash(bytes)}\n");
        Publish();
        return file;
    }

    public void Dispose() => listener.Dispose();

    private void Publish()
    {
        byte[] packages = Encoding.UTF8.GetBytes(string.Join('\n', stanzas.Values));
        files["Packages"] = packages;
        files["Release"] = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Origin: tests\nSHA256:\n {Hash(packages)} {packages.Length} Packages\n"));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string name = Path.GetFileName(WebUtility.UrlDecode(context.Request.Url!.AbsolutePath));
        if (files.TryGetValue(name, out byte[]? bytes))
        {
            sent.AddOrUpdate(name, 1, (_, count) => count + 1);
            context.Response.ContentLength64 = bytes.Length;
            await context.Response.OutputStream.WriteAsync(bytes);
        }
        else
        {
            context.Response.StatusCode = 404;
        }

    }
}
