using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Slipway.Testing.Http;

namespace Slipway.PyPi.Tests.Indexes;

/// <summary>Serves pages and files on a loopback port, remembers what it was asked, and does wrong what a test wants.</summary>
internal sealed class IndexServer : IDisposable
{
    private readonly LoopbackListener _listener;

    public IndexServer() => _listener = new LoopbackListener(AnswerAsync);

    /// <summary><c>http://127.0.0.1:PORT/</c>.</summary>
    public string Address => _listener.Address;

    public string Host => _listener.Host;

    public ConcurrentDictionary<string, ServedFile> Files { get; } = new();

    /// <summary>Each request as <c>path range</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public ConcurrentQueue<string?> Authorizations { get; } = new();

    /// <summary>The Accept header of the last request.</summary>
    public string? Accept { get; private set; }

    public bool KnowsRanges { get; set; } = true;

    /// <summary>Whether <c>bytes=-N</c> is understood, too.</summary>
    public bool KnowsSuffixes { get; set; } = true;

    /// <summary><c>user:password</c>; null: everybody may ask.</summary>
    public string? Login { get; set; }

    /// <summary>Statuses of the next answers.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    /// <summary>How many bytes of a body are sent before the connection breaks, for as many requests as there are numbers.</summary>
    public ConcurrentQueue<int> Breaks { get; } = new();

    /// <summary>The most requests that were under way at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Lets answers wait; null: none.</summary>
    public Task? Hold { get; set; }

    private int _now;

    public void Html(string path, string body, string type = "text/html") => Files[path] = new ServedFile(Encoding.UTF8.GetBytes(body), type);

    public void Json(string path, string body) => Files[path] = new ServedFile(Encoding.UTF8.GetBytes(body), "application/vnd.pypi.simple.v1+json");

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        lock (Requests)
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_now);
        }

        try
        {
            await (Hold ?? Task.CompletedTask);
            await ServeAsync(context);
        }
        finally
        {
            lock (Requests)
            {
                _now--;
            }
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        HttpListenerRequest request = context.Request;
        HttpListenerResponse response = context.Response;
        string path = request.Url!.AbsolutePath.TrimStart('/'), range = request.Headers["Range"] ?? "";
        Requests.Enqueue($"{path} {range}".TrimEnd());
        Authorizations.Enqueue(request.Headers["Authorization"]);
        Accept = request.Headers["Accept"];
        if (Statuses.TryDequeue(out int status) && status != 200)
        {
            response.StatusCode = status;
            return;
        }

        if (Login is not null && request.Headers["Authorization"] != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Login)))
        {
            response.StatusCode = 401;
            return;
        }

        if (!Files.TryGetValue(path, out ServedFile? file))
        {
            response.StatusCode = 404;
            return;
        }

        if (file.RedirectsTo is { } target)
        {
            response.StatusCode = 301;
            response.RedirectLocation = target;
            return;
        }

        foreach ((string name, string value) in file.Headers)
        {
            response.AddHeader(name, value);
        }

        if (file.Headers.TryGetValue("ETag", out string? tag) && request.Headers["If-None-Match"] == tag)
        {
            response.StatusCode = 304;
            return;
        }

        response.ContentType = file.Type;
        await SendAsync(response, file.Bytes, range);
    }

    private async Task SendAsync(HttpListenerResponse response, byte[] bytes, string range)
    {
        (int from, int to) = (0, bytes.Length);
        if (KnowsRanges && range.StartsWith("bytes=", StringComparison.Ordinal))
        {
            string[] ends = range["bytes=".Length..].Split('-');
            if (ends[0].Length == 0 && !KnowsSuffixes)
            {
                response.StatusCode = 501;
                return;
            }

            from = ends[0].Length == 0 ? Math.Max(bytes.Length - int.Parse(ends[1], CultureInfo.InvariantCulture), 0) : int.Parse(ends[0], CultureInfo.InvariantCulture);
            to = ends[0].Length == 0 || ends[1].Length == 0 ? bytes.Length : Math.Min(int.Parse(ends[1], CultureInfo.InvariantCulture) + 1, bytes.Length);
            response.StatusCode = 206;
            response.AddHeader("Content-Range", $"bytes {from}-{to - 1}/{bytes.Length}");
        }

        response.ContentLength64 = to - from;
        if (Breaks.TryDequeue(out int most) && most < to - from)
        {
            await response.OutputStream.WriteAsync(bytes.AsMemory(from, most));
            await response.OutputStream.FlushAsync();
            response.Abort();
            return;
        }

        await response.OutputStream.WriteAsync(bytes.AsMemory(from, to - from));
    }
}

/// <summary>What is served under a path.</summary>
internal sealed record ServedFile(byte[] Bytes, string Type = "application/octet-stream")
{
    public Dictionary<string, string> Headers { get; init; } = [];

    public string? RedirectsTo { get; init; }
}
