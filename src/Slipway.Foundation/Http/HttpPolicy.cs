using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Retry;

namespace Slipway.Foundation.Http;

/// <summary>
/// Sends HTTP requests patiently: what may be a passing trouble (408, 429, 5xx, broken or silent connections) is tried again with growing, partly
/// random waits, or when the server says. Proxies come from the environment (<c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).
/// </summary>
public sealed class HttpPolicy : IDisposable
{
    private readonly HttpPolicyOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lazy<HttpClient> _client; // many commands have a policy at hand and send nothing
    private readonly Lazy<ResiliencePipeline> _retry;

    /// <summary>How often work is tried at most.</summary>
    public int MaxAttempts => _options.MaxAttempts;

    public HttpPolicy(HttpPolicyOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _client = new Lazy<HttpClient>(() => Client(options));
        _retry = new Lazy<ResiliencePipeline>(() => Pipeline(options, clock));
    }

    /// <summary>
    /// Sends what <paramref name="request"/> makes, anew for every attempt, and returns as soon as the headers are there.
    /// Any status that is not a passing trouble is returned.
    /// </summary>
    /// <exception cref="HttpFailureException">The server cannot be reached, or still has its trouble after the last attempt.</exception>
    public Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken) =>
        RetryAsync(token => SendOnceAsync(request(), token), cancellationToken);

    /// <summary>Runs a piece of work that may hold several requests, all of it again after a passing trouble.</summary>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        await _retry.Value.ExecuteAsync(async token => await work(token), cancellationToken);

    /// <summary>Sends one request once. Passing troubles throw as <see cref="HttpFailureException"/>; every other status is returned.</summary>
    public async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri address = request.RequestUri!;
        if (_options.Offline)
        {
            throw new HttpFailureException(HttpFailure.Offline, address, $"{SafeAddress.Of(address)} was not asked, because --offline forbids the network.");
        }

        using var stall = new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);

        using ITimer timer = _clock.CreateTimer(
            static s => ((CancellationTokenSource)s!).Cancel(), stall, _options.ConnectTimeout + _options.StallTimeout, Timeout.InfiniteTimeSpan);
        if (request.Content is StreamedContent content)
        {
            content.Alive = () => timer.Change(_options.StallTimeout, Timeout.InfiniteTimeSpan);
        }

        try
        {
            HttpResponseMessage response = await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return IsBusy(response.StatusCode) ? throw Busy(response, address) : response;
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpFailureException(HttpFailure.Stalled, address,
                $"{SafeAddress.Of(address)} did not answer within {_options.StallTimeout.TotalSeconds:0} seconds.");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpFailureException(HttpFailure.Unreachable, address,
                $"No connection to {Server(address)} within {_options.ConnectTimeout.TotalSeconds:0} seconds.", e);
        }
        catch (HttpRequestException e)
        {
            throw Failure(e.Data[RedirectHandler.FailedAddress] as Uri ?? address, e);
        }
    }

    /// <summary>The response's body, which fails when the server stalls. Disposing it ends the transfer.</summary>
    public async Task<Stream> OpenBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new StallGuardStream(
            await response.Content.ReadAsStreamAsync(cancellationToken), response.RequestMessage!.RequestUri!, _options.StallTimeout, _clock);

    /// <summary>Waits before an attempt of work that counts its attempts itself.</summary>
    /// <param name="attempt">The attempt that failed, counted from 0.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(int attempt, HttpFailureException failure, CancellationToken cancellationToken) =>
        Task.Delay(RetryDelay.After(_options, attempt, failure.RetryAfter, Random.Shared.NextDouble()), _clock, cancellationToken);

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private static bool IsBusy(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || ((int)status >= 500 && status != HttpStatusCode.NotImplemented);

    private HttpFailureException Busy(HttpResponseMessage response, Uri address)
    {
        using (response)
        {
            string reason = response.StatusCode == HttpStatusCode.TooManyRequests ? "asks to come back later" : "has trouble of its own";
            return new HttpFailureException(HttpFailure.Busy, address, $"{SafeAddress.Of(address)} {reason} (HTTP {(int)response.StatusCode}).")
            {
                Status = response.StatusCode,
                RetryAfter = RetryDelay.Asked(response.Headers.RetryAfter, _clock.GetUtcNow()),
            };
        }
    }

    private static HttpFailureException Failure(Uri address, HttpRequestException e)
    {
        string server = Server(address);
        return e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError when !IsPassing(e) => new(HttpFailure.UnknownHost, address, $"The host {address.Host} is not known.", e),
            HttpRequestError.SecureConnectionError => new(HttpFailure.Tls, address, $"TLS with {server} failed: {Innermost(e).Message}", e),
            HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError =>
                new(HttpFailure.Unreachable, address, $"{server} cannot be reached: {Innermost(e).Message}", e),
            _ => new(HttpFailure.Broken, address, $"The connection to {server} broke: {Innermost(e).Message}", e),
        };
    }

    private static bool IsPassing(HttpRequestException e) => e.InnerException is SocketException { SocketErrorCode: SocketError.TryAgain };

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    private static string Server(Uri address) => address.IsDefaultPort ? address.Host : $"{address.Host}:{address.Port}";

    private static HttpClient Client(HttpPolicyOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = options.UseProxy,
        };
        options.Trust?.Apply(handler.SslOptions);
        if (options.UseProxy)
        {
            handler.Proxy = new EnvironmentProxy(Environment.GetEnvironmentVariable);
        }

        var client = new HttpClient(new RedirectHandler(handler, options.MaxRedirects)) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        return client;
    }

    private static ResiliencePipeline Pipeline(HttpPolicyOptions options, TimeProvider clock)
    {
        if (options.MaxAttempts <= 1)
        {
            return ResiliencePipeline.Empty;
        }

        return new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxAttempts - 1,
                ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Exception is HttpFailureException { IsTransient: true }),
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(RetryDelay.After(
                    options, arguments.AttemptNumber, ((HttpFailureException)arguments.Outcome.Exception!).RetryAfter, Random.Shared.NextDouble())),
            })
            .Build();
    }
}
