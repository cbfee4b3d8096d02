using System.Net;

namespace Slipway.Testing.Http;

/// <summary>Listens for HTTP on a free loopback port and hands each request to a handler, several at once. A client that goes away is no failure.</summary>
public sealed class LoopbackListener : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<HttpListenerContext, Task> _handle;

    /// <param name="handle">Answers a request. The answer is closed afterwards; disposing it would cut the connection without a word, which a client takes for a fault.</param>
    public LoopbackListener(Func<HttpListenerContext, Task> handle)
    {
        _handle = handle;
        while (true)
        {
            Host = $"127.0.0.1:{Random.Shared.Next(20000, 60000)}";
            _listener = new HttpListener();
            _listener.Prefixes.Add(Address);
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                _listener.Close(); // the port is taken; another
            }
        }

        _ = Task.Run(ServeAsync);
    }

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Host { get; }

    /// <summary><c>http://127.0.0.1:PORT/</c>.</summary>
    public string Address => $"http://{Host}/";

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => HandleAsync(context));
        }
    }

    private async Task HandleAsync(HttpListenerContext context)
    {
        try
        {
            await _handle(context);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            context.Response.Abort(); // the client has gone
        }
    }
}
