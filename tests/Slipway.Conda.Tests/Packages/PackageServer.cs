using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Slipway.Testing.Http;

namespace Slipway.Conda.Tests.Packages;

/// <summary>Serves files on a loopback port, remembers what it was asked, and breaks off where a test wants.</summary>
internal sealed class PackageServer : IDisposable
{
    private readonly LoopbackListener _listener;

    public PackageServer() => _listener = new LoopbackListener(AnswerAsync);

    public string Address => _listener.Address;

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Each request as <c>path range</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>May set headers of an answer, and answers itself when it returns true.</summary>
    public Func<HttpListenerRequest, HttpListenerResponse, bool>? Intercept { get; set; }

    public bool KnowsRanges { get; set; } = true;

    /// <summary>How many bytes of a body are sent before the connection breaks, for as many requests as there are numbers.</summary>
    public ConcurrentQueue<int> Breaks { get; } = new();

    /// <summary>How many answers get this status first.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath.TrimStart('/'), range = context.Request.Headers["Range"] ?? "";
        Requests.Enqueue($"{path} {range}".TrimEnd());
        HttpListenerResponse response = context.Response;
        if (Intercept?.Invoke(context.Request, response) == true)
        {
            response.Close();
            return;
        }

        if (Statuses.TryDequeue(out int status) || !Files.TryGetValue(path, out byte[]? file))
        {
            response.StatusCode = status == 0 ? 404 : status;
            response.Close();
            return;
        }

        int from = KnowsRanges && range.Length > 0 ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        if (from > 0)
        {
            response.StatusCode = 206;
            response.AddHeader("Content-Range", $"bytes {from}-{file.Length - 1}/{file.Length}");
        }

        response.ContentLength64 = file.Length - from;
        if (Breaks.TryDequeue(out int most) && most < file.Length - from)
        {
            await response.OutputStream.WriteAsync(file.AsMemory(from, most));
            await response.OutputStream.FlushAsync();
            response.Abort();
            return;
        }

        await response.OutputStream.WriteAsync(file.AsMemory(from));
        response.Close();
    }
}
