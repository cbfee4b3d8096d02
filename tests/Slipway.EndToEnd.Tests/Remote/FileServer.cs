using System.Net;
using System.Net.Sockets;

namespace Slipway.EndToEnd.Tests.Remote;

/// <summary>A small web server on loopback: one file, with an entity tag, that counts how often its bytes were sent.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener listener = new();

    public FileServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        listener.Prefixes.Add(Address);
        listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    public byte[] Content { get; set; } = "remote\n"u8.ToArray();

    public int Sent { get; private set; }

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var tag = $"\"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Content))}\"";
            context.Response.Headers["ETag"] = tag;
            if (context.Request.Url!.AbsolutePath.EndsWith("missing", StringComparison.Ordinal))
            {
                context.Response.StatusCode = 404;
            }
            else if (context.Request.Headers["If-None-Match"] == tag)
            {
                context.Response.StatusCode = 304;
            }
            else
            {
                Sent++;
                context.Response.ContentLength64 = Content.Length;
                await context.Response.OutputStream.WriteAsync(Content);
            }

            context.Response.Close();
        }
    }
}
