using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Http;

namespace Slipway.Foundation.Tests.Http;

public sealed class HttpPolicyTests
{
    private static readonly HttpPolicyOptions Options = new() { BaseDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData(0, 0.0, 1)]
    [InlineData(0, 1.0, 0.5)]
    [InlineData(3, 0.0, 8)]
    [InlineData(3, 0.5, 6)]
    [InlineData(60, 0.0, 30)]
    public void Waits_double_are_partly_random_and_have_a_limit(int attempt, double random, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryDelay.After(Options, attempt, null, random));

    [Fact]
    public void The_server_decides_within_limits()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), RetryDelay.After(Options, 0, TimeSpan.FromSeconds(7), 0.3));
        Assert.Equal(TimeSpan.FromSeconds(30), RetryDelay.After(Options, 0, TimeSpan.FromDays(1), 0.3));
        Assert.Equal(TimeSpan.Zero, RetryDelay.After(Options, 0, TimeSpan.FromSeconds(-5), 0.3));
    }

    [Fact]
    public void Retry_After_is_seconds_or_a_date()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(9), RetryDelay.Asked(new RetryConditionHeaderValue(TimeSpan.FromSeconds(9)), now));
        Assert.Equal(TimeSpan.FromMinutes(2), RetryDelay.Asked(new RetryConditionHeaderValue(now.AddMinutes(2)), now));
        Assert.Null(RetryDelay.Asked(null, now));
    }

    [Fact]
    public void Addresses_are_shown_without_secrets() =>
        Assert.Equal("https://host:444/a/b", SafeAddress.Of(new Uri("https://user:secret@host:444/a/b?signature=secret#x")));

    [Theory]
    [InlineData("http://a.test/x", "http://a.test/y", true)]
    [InlineData("http://a.test/x", "http://b.test/y", false)]
    [InlineData("http://a.test/x", "http://a.test:81/y", false)]
    [InlineData("https://a.test/x", "https://A.test/y", true)]
    public async Task Credentials_follow_a_redirect_only_within_the_host(string from, string to, bool kept)
    {
        using var server = new RedirectingServer(to);
        using var client = new HttpMessageInvoker(new RedirectHandler(server, 5));
        using var request = new HttpRequestMessage(HttpMethod.Get, from);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(kept, server.Last!.Headers.Authorization is not null);
    }

    [Theory]
    [InlineData("https://a.test/x", "http://a.test/y")]
    [InlineData("http://a.test/x", "file:///etc/passwd")]
    [InlineData("http://a.test/x", "http://a.test/x")]
    public async Task Redirects_that_lead_nowhere_good_are_refused(string from, string to)
    {
        using var server = new RedirectingServer(to) { Forever = true };
        using var client = new HttpMessageInvoker(new RedirectHandler(server, 5));
        using var request = new HttpRequestMessage(HttpMethod.Get, from);
        HttpFailureException e = await Assert.ThrowsAsync<HttpFailureException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal(HttpFailure.Redirect, e.Failure);
    }

    private sealed class RedirectingServer(string to) : HttpMessageHandler
    {
        private bool _redirected;

        public bool Forever { get; init; }

        public HttpRequestMessage? Last { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Last = request;
            var response = new HttpResponseMessage(_redirected ? HttpStatusCode.OK : HttpStatusCode.Found);
            response.Headers.Location = _redirected ? null : new Uri(to);
            _redirected = !Forever;
            return Task.FromResult(response);
        }
    }
}
