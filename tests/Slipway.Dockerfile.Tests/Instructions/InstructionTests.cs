namespace Slipway.Dockerfile.Tests;

public sealed class InstructionTests
{
    [Fact]
    public void RUN_reads_its_flags()
    {
        var run = Only<RunInstruction>("RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=/t --network=none --security=insecure --device=a.com/b=c,required make");
        Assert.Equal(["type=cache,target=/c", "type=tmpfs,target=/t"], run.Mounts.Select(m => m.Text));
        Assert.Equal((RunNetwork.None, RunSecurity.Insecure), (run.Network, run.Security));
        Assert.Equal([new RunDevice("a.com/b=c", true)], run.Devices);
        Assert.Equal("make", run.Command.ShellText);
    }

    [Fact]
    public void COPY_reads_its_flags()
    {
        var copy = Only<CopyInstruction>("COPY --from=x --chown=1:2 --chmod=u+x --link --parents=false --exclude=*.a --exclude=b a b /c/");
        Assert.Equal(("x", "1:2", "u+x"), (copy.From!.Value.Text, copy.Chown!.Value.Text, copy.Chmod!.Value.Text));
        Assert.True(copy.Link);
        Assert.False(copy.Parents);
        Assert.Equal(["*.a", "b"], copy.Excludes.Select(e => e.Text));
    }

    [Fact]
    public void ADD_reads_its_flags()
    {
        var add = Only<AddInstruction>("ADD --checksum=sha256:00 --keep-git-dir=true --unpack=false https://x/y.tgz /z");
        Assert.Equal(("sha256:00", true, false), (add.Checksum!.Value.Text, add.KeepGitDir, add.Unpack));
        Assert.Null(Only<AddInstruction>("ADD a b").Unpack);
    }

    [Fact]
    public void Two_hyphens_end_the_flags() =>
        Assert.Equal("--not-a-flag x", Only<RunInstruction>("RUN --network=host -- --not-a-flag x").Command.ShellText);

    [Fact]
    public void A_health_check_reads_its_times()
    {
        var check = Only<HealthcheckInstruction>("HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0s --start-interval=2ms --retries=3 CMD [\"a\", \"b\"]");
        Assert.Equal(new HealthcheckOptions(90_000_000_000, 1_500_000_000, 0, 2_000_000, 3), check.Options);
        Assert.Equal(["CMD", "a", "b"], check.Test);
        Assert.Equal(["NONE"], Only<HealthcheckInstruction>("HEALTHCHECK none").Test);
    }

    [Fact]
    public void A_trigger_is_an_instruction_and_a_text()
    {
        var onbuild = Only<OnbuildInstruction>("ONBUILD COPY --chown=a <<E <<-F /x\n1\nE\n\t2\nF");
        Assert.Equal("COPY --chown=a <<E <<-F /x\n1\nE\n\t2\nF", onbuild.Expression);
        var copy = Assert.IsType<CopyInstruction>(OnbuildInstruction.ParseTrigger(onbuild.Expression, "base"));
        Assert.Equal(["1\n", "2\n"], copy.InlineFiles.Select(f => f.Data));
        Assert.Equal(copy.InlineFiles, ((CopyInstruction)onbuild.Trigger).InlineFiles);
    }

    [Theory]
    [InlineData("RUN <<E\na\nE", "a\n", null)]
    [InlineData("RUN <<-E\n\ta\n\tE", "a\n", null)]
    [InlineData("RUN <<E sh\na\nE", "<<E sh\na\nE", null)]
    [InlineData("RUN cat <<A 3<<B\n1\nA\n2\nB", "cat <<A 3<<B\n1\nA\n2\nB", null)]
    [InlineData("RUN <<E\n#!/bin/x\na\nE", "/dev/pipes/E", "#!/bin/x\na\n")]
    public void RUN_hands_heredocs_to_the_shell(string line, string text, string? script)
    {
        CommandLine command = Only<RunInstruction>(line).Command;
        Assert.Equal(text, command.ShellText);
        Assert.Equal(script, command.ScriptFile?.Data);
    }

    [Fact]
    public void Global_arguments_take_build_arguments_then_defaults_then_nothing()
    {
        ResolvedDockerfile file = DockerfileDocument.Parse(Cases.Source("ARG A=1 B=\"${A} 2\" C\nARG D=$TARGETARCH\nFROM x\n"))
            .Resolve(new Dictionary<string, string> { ["A"] = "9", ["Z"] = "no" }, new Dictionary<string, string> { ["TARGETARCH"] = "arm64" });
        Assert.Equal(["9", "9 2", null, "arm64"], file.GlobalArguments.Select(a => a.Value));
        Assert.Equal("9 2", file.LookupGlobal("B"));
        Assert.Null(file.LookupGlobal("Z"));
    }

    private static T Only<T>(string line)
        where T : Instruction =>
        Assert.IsType<T>(DockerfileDocument.Parse(Cases.Source("FROM a\n" + line)).ThrowIfErrors().Nodes[1]);
}
