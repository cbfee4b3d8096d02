using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Build.Tests.Operations;

/// <summary>Serves a folder on loopback, with ETags, and remembers what was asked for.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _folder;

    public FileServer(string folder)
    {
        _folder = folder;
        Address = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>Status and path of every answer, in order.</summary>
    public ConcurrentQueue<string> Answers { get; } = new();

    public void Dispose() => _listener.Close();

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // closed
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath;
        string file = _folder + Uri.UnescapeDataString(path);
        using HttpListenerResponse response = context.Response;
        byte[] body = File.Exists(file) ? await File.ReadAllBytesAsync(file) : [];
        string tag = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body))}\"";
        response.StatusCode = !File.Exists(file) ? 404 : context.Request.Headers["If-None-Match"] == tag ? 304 : 200;
        Answers.Enqueue($"{response.StatusCode} {path}");
        if (response.StatusCode == 200)
        {
            response.Headers["ETag"] = tag;
            response.ContentLength64 = body.Length;
            await response.OutputStream.WriteAsync(body);
        }
    }
}
