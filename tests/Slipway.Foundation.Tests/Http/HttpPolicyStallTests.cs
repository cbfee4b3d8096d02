using System.Net;
using System.Net.Sockets;
using System.Text;
using Slipway.Foundation.Http;
using Slipway.Testing;

namespace Slipway.Foundation.Tests.Http;

public sealed class HttpPolicyStallTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly FakeClock _clock = new();
    private readonly HttpPolicy _policy;

    public HttpPolicyStallTests()
    {
        _server.Start();
        _policy = new HttpPolicy(new HttpPolicyOptions { MaxAttempts = 1, UseProxy = false }, _clock);
    }

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _policy.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        Task<HttpResponseMessage> sending = _policy.SendAsync(Request, None);
        _clock.Advance(TimeSpan.FromSeconds(90));
        HttpFailureException e = await Assert.ThrowsAsync<HttpFailureException>(() => sending);
        Assert.Equal(HttpFailure.Stalled, e.Failure);
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up()
    {
        Task<HttpResponseMessage> sending = _policy.SendAsync(Request, None);
        using TcpClient connection = await _server.AcceptTcpClientAsync(None);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), None);
        using HttpResponseMessage response = await sending;
        await using Stream body = await _policy.OpenBodyAsync(response, None);
        Assert.Equal(3, await body.ReadAtLeastAsync(new byte[10], 3, throwOnEndOfStream: true, None));

        ValueTask<int> reading = body.ReadAsync(new byte[10], None);
        _clock.Advance(TimeSpan.FromSeconds(61));
        HttpFailureException e = await Assert.ThrowsAsync<HttpFailureException>(() => reading.AsTask());
        Assert.Equal(HttpFailure.Stalled, e.Failure);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_told_as_that()
    {
        Task<HttpResponseMessage> sending = _policy.SendAsync(Request, None);
        using (TcpClient connection = await _server.AcceptTcpClientAsync(None))
        {
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), None);
        }

        using HttpResponseMessage response = await sending;
        await using Stream body = await _policy.OpenBodyAsync(response, None);
        HttpFailureException e = await Assert.ThrowsAsync<HttpFailureException>(() => body.ReadExactlyAsync(new byte[10], None).AsTask());
        Assert.Equal(HttpFailure.Broken, e.Failure);
        Assert.DoesNotContain("secret", e.Message);
    }

    [Fact]
    public async Task A_refused_connection_is_unreachable()
    {
        HttpRequestMessage request = Request();
        _server.Stop();
        Assert.Equal(HttpFailure.Unreachable, (await Assert.ThrowsAsync<HttpFailureException>(() => _policy.SendAsync(() => request, None))).Failure);
    }

    private HttpRequestMessage Request() => new(HttpMethod.Get, $"http://127.0.0.1:{((IPEndPoint)_server.LocalEndpoint).Port}/path?secret=1");
}
