using Slipway.Conda.Targets;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Tests.Targets;

public sealed class CondaTargetTests
{
    [Fact]
    public void A_target_is_what_was_declared_and_nothing_of_this_machine() => Assert.Equal(
        ["__unix=0=0", "__linux=4.18=0", "__glibc=2.36=0", "__archspec=1=x86_64"],
        Shown(new CondaTarget { Subdir = "linux-64", Glibc = "2.36" }));

    [Fact]
    public void CUDA_is_there_only_when_asked_for_and_its_devices_only_with_it()
    {
        Assert.Contains("__cuda=12.6=0", Shown(new CondaTarget { Subdir = "linux-64", Cuda = "12.6", CudaArch = "8.6" }));
        Assert.DoesNotContain(Shown(new CondaTarget { Subdir = "linux-64", CudaArch = "8.6" }), p => p.StartsWith("__cuda", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_systems_have_their_own()
    {
        Assert.Equal(["__unix=0=0", "__osx=11.0=0", "__archspec=1=m1"], Shown(new CondaTarget { Subdir = "osx-arm64" }));
        Assert.Equal(["__win=0=0", "__archspec=1=x86_64"], Shown(new CondaTarget { Subdir = "win-64" }));
        Assert.Contains("__archspec=1=aarch64", Shown(new CondaTarget { Subdir = "linux-aarch64" }));
    }

    [Fact]
    public void Variables_override_and_empty_ones_take_away()
    {
        var variables = new Dictionary<string, string> { ["CONDA_OVERRIDE_GLIBC"] = "", ["CONDA_OVERRIDE_CUDA"] = "11.8", ["CONDA_OVERRIDE_ARCHSPEC"] = "x86_64_v3", ["CONDA_OVERRIDE_LINUX"] = "6.1" };
        Assert.Equal(
            ["__unix=0=0", "__linux=6.1=0", "__archspec=1=x86_64_v3", "__cuda=11.8=0"],
            Shown(new CondaTarget { Subdir = "linux-64" }.With(variables.GetValueOrDefault)));
    }

    [Fact]
    public void An_override_that_is_no_version_is_refused()
    {
        DiagnosticException e = Assert.Throws<DiagnosticException>(() => new CondaTarget { Subdir = "linux-64" }.With(name => name == "CONDA_OVERRIDE_GLIBC" ? "new" : null));
        Assert.Contains("CONDA_OVERRIDE_GLIBC", e.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Shown(CondaTarget target) => target.VirtualPackages.Select(p => p.ToString());
}
