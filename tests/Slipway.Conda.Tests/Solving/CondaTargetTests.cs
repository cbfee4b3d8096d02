using Slipway.Conda.Solving;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Tests.Solving;

public sealed class CondaTargetTests
{
    [Fact]
    public void A_plain_target_has_a_documented_floor() =>
        Assert.Equal(["__archspec=1=x86_64", "__glibc=2.28=0", "__linux=4.18=0", "__unix=0=0"], Packages(new CondaTarget { Platform = "linux-64" }));

    [Fact]
    public void A_target_with_a_gpu_says_so() => Assert.Equal(
        ["__archspec=1=aarch64", "__cuda=12.6=0", "__cuda_arch=8.6=0", "__glibc=2.36=0", "__linux=4.18=0", "__unix=0=0"],
        Packages(new CondaTarget { Platform = "linux-aarch64", Cuda = "12.6", CudaArch = "8.6", Glibc = "2.36" }));

    [Fact]
    public void A_compute_capability_without_cuda_says_nothing() =>
        Assert.DoesNotContain(Packages(new CondaTarget { Platform = "linux-64", CudaArch = "8.6" }), p => p.StartsWith("__cuda", StringComparison.Ordinal));

    [Fact]
    public void Overrides_replace_and_remove()
    {
        Dictionary<string, string> set = new() { ["CONDA_OVERRIDE_GLIBC"] = "", ["CONDA_OVERRIDE_CUDA"] = "11.8", ["CONDA_OVERRIDE_ARCHSPEC"] = "x86_64_v3" };
        Assert.Equal(["__archspec=1=x86_64_v3", "__cuda=11.8=0", "__linux=4.18=0", "__unix=0=0"], Packages(new CondaTarget { Platform = "linux-64" }.WithOverrides(set.GetValueOrDefault)));
    }

    [Theory]
    [InlineData("linux-64", "new")]
    [InlineData("osx-64", "2.28")]
    [InlineData("linux-99", "2.28")]
    public void What_no_target_can_be_is_a_mistake(string platform, string glibc) =>
        Assert.Throws<DiagnosticException>(() => new CondaTarget { Platform = platform, Glibc = glibc }.VirtualPackages());

    private static string[] Packages(CondaTarget target) => [.. target.VirtualPackages().Select(p => p.ToString())];
}
