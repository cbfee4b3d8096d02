using System.Collections.Concurrent;
using System.Net;
using Slipway.Testing.Http;

namespace Slipway.Build.Tests.Operations;

/// <summary>Serves a folder on loopback, with ETags, and remembers what was asked for.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly LoopbackListener _listener;

    public FileServer(string folder) => _listener = new LoopbackListener(context => AnswerAsync(folder, context));

    public string Address => _listener.Address.TrimEnd('/');

    /// <summary>Status and path of every answer, in order.</summary>
    public ConcurrentQueue<string> Answers { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync(string folder, HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath;
        string file = folder + Uri.UnescapeDataString(path);
        HttpListenerResponse response = context.Response;
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
