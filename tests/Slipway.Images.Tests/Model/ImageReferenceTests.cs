using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Tests.Model;

public sealed class ImageReferenceTests
{
    private const string SomeDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("ubuntu", "docker.io/library/ubuntu:latest", "ubuntu:latest")]
    [InlineData("ubuntu:24.04", "docker.io/library/ubuntu:24.04", "ubuntu:24.04")]
    [InlineData("team/app", "docker.io/team/app:latest", "team/app:latest")]
    [InlineData("docker.io/ubuntu", "docker.io/library/ubuntu:latest", "ubuntu:latest")]
    [InlineData("index.docker.io/team/app:1", "docker.io/team/app:1", "team/app:1")]
    [InlineData("localhost:5000/x", "localhost:5000/x:latest", "localhost:5000/x:latest")]
    [InlineData("localhost/x", "localhost/x:latest", "localhost/x:latest")]
    [InlineData("127.0.0.1:5000/a/b/c:t", "127.0.0.1:5000/a/b/c:t", "127.0.0.1:5000/a/b/c:t")]
    [InlineData("[::1]:5000/x:t", "[::1]:5000/x:t", "[::1]:5000/x:t")]
    [InlineData("host:5000/x", "host:5000/x:latest", "host:5000/x:latest")]
    [InlineData("quay.io/a_b/c--d__e.f:V1.0_x", "quay.io/a_b/c--d__e.f:V1.0_x", "quay.io/a_b/c--d__e.f:V1.0_x")]
    [InlineData("x@" + SomeDigest, "docker.io/library/x@" + SomeDigest, "x@" + SomeDigest)]
    [InlineData("x:t@" + SomeDigest, "docker.io/library/x:t@" + SomeDigest, "x:t@" + SomeDigest)]
    public void A_reference_has_a_full_and_a_familiar_form(string text, string full, string familiar)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal(full, reference.ToString());
        Assert.Equal(familiar, reference.Familiar);
        Assert.Equal(reference, ImageReference.Parse(full));
        Assert.Equal(reference, ImageReference.Parse(familiar));
    }

    [Theory]
    [InlineData("YOUR-USERNAME:data-science:latest-noai", "your-username/data-science:latest-noai")]
    [InlineData("name:a:b", "name/a:b")]
    [InlineData("localhost:5000/x:a:b", "localhost:5000/x/a:b")]
    [InlineData("MyApp", "myapp")]
    [InlineData("Team/App:1.0", "team/app:1.0")]
    [InlineData("app:v1+build", "app:v1-build")]
    [InlineData("my app", "my-app")]
    [InlineData("-app", "app")]
    [InlineData("a//b", "a/b")]
    public void A_wrong_reference_is_explained_and_the_right_one_proposed(string text, string meant)
    {
        Assert.False(ImageReference.TryParse(text, out _, out Diagnostic? problem));
        Assert.Equal($"Did you mean {meant}?", problem.Help);
        Assert.Contains($"'{text}'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":tag")]
    [InlineData("name:")]
    [InlineData("name@sha256:123")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("https://example.com/x")]
    [InlineData("exa mple.com/x")]
    [InlineData("a\nb")]
    public void Nonsense_is_refused(string text) => Assert.False(ImageReference.TryParse(text, out _));

    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("linux/x86_64", "linux/amd64")]
    [InlineData("linux/aarch64", "linux/arm64")]
    [InlineData("linux/arm64/v8", "linux/arm64")]
    [InlineData("linux/arm/7", "linux/arm/v7")]
    [InlineData("arm64", "linux/arm64")]
    public void A_platform_has_one_form(string text, string canonical) => Assert.Equal(canonical, Platform.Parse(text).ToString());

    [Theory]
    [InlineData("linux/arm/v6", "linux/arm/v7", true)]
    [InlineData("linux/arm/v7", "linux/arm/v6", false)]
    [InlineData("linux/arm64/v8", "linux/arm64", true)]
    [InlineData("linux/amd64", "linux/arm64", false)]
    [InlineData("windows/amd64", "linux/amd64", false)]
    public void A_platform_runs_on_another_or_not(string image, string wanted, bool runs) => Assert.Equal(runs, Platform.Parse(image).Matches(Platform.Parse(wanted)));
}
