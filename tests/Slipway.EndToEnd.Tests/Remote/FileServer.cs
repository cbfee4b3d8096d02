using System.Net;
using Slipway.Testing.Http;

namespace Slipway.EndToEnd.Tests.Remote;

/// <summary>A small web server on loopback: one file, with an entity tag, that counts how often its bytes were sent.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly LoopbackListener listener;

    public FileServer() => listener = new LoopbackListener(AnswerAsync);

    public string Address => listener.Address;

    public byte[] Content { get; set; } = "remote\n"u8.ToArray();

    public int Sent { get; private set; }

    public void Dispose() => listener.Dispose();

    private async Task AnswerAsync(HttpListenerContext context)
    {
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

    }
}
