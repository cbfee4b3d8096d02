using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tests.Tags;

public sealed class PythonTargetTests
{
    private static readonly PythonTarget s_target = new(PythonVersion.Parse("3.11.2"), new LibC(LibCKind.Glibc, 2, 36), "x86_64");

    [Fact]
    public void Markers_see_the_target_and_not_the_machine_that_builds()
    {
        PythonTarget arm = new(PythonVersion.Parse("3.14.0rc1"), new LibC(LibCKind.Musl, 1, 2), "aarch64");

        Assert.Equal("3.14", arm.Environment.PythonVersion);
        Assert.Equal("3.14.0rc1", arm.Environment.PythonFullVersion);
        Assert.Equal("3.14.0rc1", arm.Environment.ImplementationVersion);
        Assert.Equal("aarch64", arm.Environment.PlatformMachine);
        Assert.Equal("linux", arm.Environment.SysPlatform);
        Assert.Equal("", arm.Environment.PlatformRelease);
    }

    [Fact]
    public void Equal_targets_are_equal_whatever_was_asked_of_them()
    {
        PythonTarget other = new(PythonVersion.Parse("3.11.2"), new LibC(LibCKind.Glibc, 2, 36), "x86_64");
        _ = other.Tags;

        Assert.Equal(s_target, other);
        Assert.Equal(s_target.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(s_target, new PythonTarget(PythonVersion.Parse("3.11.2"), new LibC(LibCKind.Glibc, 2, 36), "x86_64", isFreeThreaded: true));
    }

    [Fact]
    public void The_tags_are_those_of_its_minor_version() => Assert.Equal("cp311-cp311-manylinux_2_36_x86_64", s_target.Tags.All().First());

    [Theory]
    [InlineData("amd64", null, "x86_64")]
    [InlineData("arm64", "v8", "aarch64")]
    [InlineData("arm", "v7", "armv7l")]
    [InlineData("386", null, "i686")]
    [InlineData("s390x", null, "s390x")]
    public void Architectures_of_images_have_names_of_the_kernel(string architecture, string? variant, string expected) =>
        Assert.Equal(expected, PythonTarget.ArchitectureOf(architecture, variant));
}
