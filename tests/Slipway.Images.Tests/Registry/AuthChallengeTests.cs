using Slipway.Images.Registry;

namespace Slipway.Images.Tests.Registry;

public sealed class AuthChallengeTests
{
    [Theory]
    [InlineData("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\"", "https://auth.docker.io/token", "registry.docker.io")]
    [InlineData("bearer service=x , realm=\"https://a.test/t\"", "https://a.test/t", "x")]
    [InlineData("Bearer realm=\"https://a.test/t?a=b,c\",service=\"with \\\"quotes\\\"\"", "https://a.test/t?a=b,c", "with \"quotes\"")]
    [InlineData("Bearer realm=\"https://a.test/t\"", "https://a.test/t", null)]
    public void A_token_server_is_found(string header, string realm, string? service)
    {
        AuthChallenge challenge = Read(header)!;
        Assert.Equal(realm, challenge.Realm!.ToString());
        Assert.Equal(service, challenge.Service);
    }

    [Theory]
    [InlineData("Bearer realm=\"file:///etc/passwd\"")]
    [InlineData("Bearer realm=\"")]
    [InlineData("Bearer ===,,\"")]
    [InlineData("Bearer")]
    [InlineData("Negotiate x")]
    public void What_cannot_be_answered_is_passed_over(string header) => Assert.Null(Read(header));

    [Fact]
    public void Basic_is_the_second_choice()
    {
        Assert.False(Read("Basic realm=x")!.IsBearer);
        Assert.True(Read("Basic realm=x", "Bearer realm=\"https://a.test/t\"")!.IsBearer);
    }

    private static AuthChallenge? Read(params string[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (string header in headers)
        {
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        }

        return AuthChallenge.Read(response.Headers);
    }
}
