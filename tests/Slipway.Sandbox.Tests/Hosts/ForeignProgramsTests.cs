using Slipway.Sandbox.Hosts;

namespace Slipway.Sandbox.Tests.Hosts;

/// <summary>What binfmt_misc says of programs of other processors.</summary>
public sealed class ForeignProgramsTests : IDisposable
{
    private const string Arm64 = "offset 0\nmagic 7f454c460201010000000000000000000200b700\nmask ffffffffffffff00fffffffffffffffffeffffff\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("slipway-binfmt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("amd64", "amd64")]
    [InlineData("386", "amd64")]
    [InlineData("arm64", "arm64")]
    public void The_processor_runs_its_own(string architecture, string host) => Assert.Null(new ForeignPrograms(_folder).WhyNot(architecture, host));

    [Fact]
    public void An_emulator_that_reaches_into_containers_runs_others()
    {
        Write("qemu-aarch64", "enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: POCF\n" + Arm64);
        Assert.Null(new ForeignPrograms(_folder).WhyNot("arm64", "amd64"));
        Assert.NotNull(new ForeignPrograms(_folder).WhyNot("riscv64", "amd64"));
        Assert.NotNull(new ForeignPrograms(_folder).WhyNot("arm", "amd64"));
    }

    [Fact]
    public void Without_the_flag_the_emulator_is_named()
    {
        Write("qemu-aarch64", "enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: OC\n" + Arm64);
        Assert.Contains("qemu-aarch64", new ForeignPrograms(_folder).WhyNot("arm64", "amd64"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disabled\ninterpreter /x\nflags: F\n" + Arm64)]
    [InlineData("enabled\ninterpreter /x\nflags: F\nextension .py\n")]
    [InlineData("")]
    public void What_is_switched_off_or_something_else_does_not_count(string text)
    {
        Write("status", "enabled\n");
        Write("other", text);
        Assert.NotNull(new ForeignPrograms(_folder).WhyNot("arm64", "amd64"));
    }

    [Fact]
    public void Where_binfmt_misc_is_not_mounted_nothing_foreign_runs() =>
        Assert.NotNull(new ForeignPrograms(Path.Combine(_folder, "nowhere")).WhyNot("arm64", "amd64"));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
