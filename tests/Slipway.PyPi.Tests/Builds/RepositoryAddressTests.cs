using Slipway.PyPi.Builds;

namespace Slipway.PyPi.Tests.Builds;

public sealed class RepositoryAddressTests
{
    [Theory]
    [InlineData("git+https://example.org/a/b.git", "https://example.org/a/b.git", null, null)]
    [InlineData("git+https://example.org/a/b@v1.0", "https://example.org/a/b", "v1.0", null)]
    [InlineData("git+https://me:p%40ss@example.org/a@main#egg=b&subdirectory=x/y", "https://me:p%40ss@example.org/a", "main", "x/y")]
    [InlineData("git+ssh://git@example.org/a.git", "ssh://git@example.org/a.git", null, null)]
    [InlineData("git+ssh://git@example.org/a.git@feature/x", "ssh://git@example.org/a.git", "feature/x", null)]
    [InlineData("git+file:///srv/a@0123456", "file:///srv/a", "0123456", null)]
    public void An_address_is_taken_apart(string text, string url, string? revision, string? folder)
    {
        Assert.True(RepositoryAddress.TryParse(text, out RepositoryAddress? address));
        Assert.Equal((url, revision, folder), (address.Url, address.Revision, address.Subdirectory));
    }

    [Theory]
    [InlineData("https://example.org/a.git")]
    [InlineData("hg+https://example.org/a")]
    [InlineData("git+example.org/a")]
    [InlineData("git+https://example.org")]
    public void What_is_none_of_git_is_not(string text) => Assert.False(RepositoryAddress.TryParse(text, out _));

    [Fact]
    public void A_login_is_in_nothing_that_is_shown_or_locked()
    {
        Assert.True(RepositoryAddress.TryParse("git+https://me:secret@example.org/a@main#subdirectory=x", out RepositoryAddress? address));
        Assert.Equal("git+https://example.org/a@main", address.ToString());
        Assert.Equal("git+https://example.org/a@c0ffee#subdirectory=x", address.At("c0ffee"));
        Assert.Equal(("https://example.org/a", "main"), (address.ToDirectUrl("c0ffee").Url, address.ToDirectUrl("c0ffee").VcsInfo!.RequestedRevision));
    }
}
