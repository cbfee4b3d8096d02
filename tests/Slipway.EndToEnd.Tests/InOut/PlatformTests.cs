using System.Text.Json;

namespace Slipway.EndToEnd.Tests.InOut;

/// <summary>Images for several platforms.</summary>
public sealed class PlatformTests(World world)
{
    private const string Recipe =
        "FROM --platform=$BUILDPLATFORM busybox AS tools\nRUN echo shared > /shared\n"
        + "FROM --platform=$BUILDPLATFORM busybox AS own\nARG TARGETARCH\nRUN echo $TARGETARCH > /own\n"
        + "FROM scratch\nCOPY --from=tools /shared /\nCOPY --from=own /own /\n";

    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task An_index_is_pushed_saved_and_shown()
    {
        var there = slipway with { Folder = world.NewContext("Dockerfile", Recipe) };
        var name = $"{world.Registry}/inout/multi:1";
        var built = await there.RunAsync("build", "--progress", "plain", "--no-cache", "--platform", "linux/amd64,linux/arm64", "-t", name, "--push", "--metadata-file", "m.json", ".");
        Assert.Single(built.Error.Split('\n').Where(line => line.EndsWith("tools 2/2] RUN echo shared > /shared", StringComparison.Ordinal)).Distinct());
        using var metadata = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(there.Folder!, "m.json"), TestContext.Current.CancellationToken));
        Assert.Equal(
            "application/vnd.oci.image.index.v1+json", metadata.RootElement.GetProperty("containerimage.descriptor").GetProperty("mediaType").GetString());

        foreach (var architecture in (string[])["amd64", "arm64"])
        {
            var other = world.NewStore();
            await other.RunAsync("build", "-q", "--platform", $"linux/{architecture}", "-o", Path.Combine(there.Folder!, architecture), world.NewContext("Dockerfile", $"FROM {name}\n"));
            Assert.Equal(architecture + "\n", await File.ReadAllTextAsync(Path.Combine(there.Folder!, architecture, "own"), TestContext.Current.CancellationToken));
        }

        await there.RunAsync("save", "-o", "multi.tar", name);
        var loaded = world.NewStore() with { Folder = there.Folder };
        await loaded.RunAsync("load", "-q", "-i", "multi.tar");
        await loaded.RunAsync("inspect", name);
        await loaded.RunAsync("history", name);
        Assert.Contains("inout/multi", (await loaded.RunAsync("images")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_for_several_platforms_go_to_a_folder_each()
    {
        var there = slipway with { Folder = world.NewContext("Dockerfile", Recipe) };
        await there.RunAsync("build", "-q", "--platform", "linux/amd64,linux/arm/v7", "-o", "out", ".");
        Assert.Equal("amd64\narm\n", (await there.ShellAsync("cat out/linux_amd64/own out/linux_arm_v7/own")).Out);
    }

    [Fact]
    public async Task An_image_for_a_foreign_platform_alone_can_be_looked_at()
    {
        var context = world.NewContext("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        await slipway.RunAsync("build", "-q", "--platform", "linux/s390x,linux/riscv64", "-t", "inout-foreign", context);
        Assert.Equal("s390x", (await slipway.RunAsync("inspect", "--format", "{{.Architecture}}", "inout-foreign")).Line());
    }

    [Fact]
    public async Task A_command_for_a_processor_without_emulator_is_refused_before_anything_runs()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox AS first\nRUN echo ran\nFROM scratch\nCOPY --from=first /bin/sh /\nRUN [\"/sh\"]\n");
        var failed = await slipway.RunAsync(1, "build", "--progress", "plain", "--platform", "linux/loong64", context);
        Assert.DoesNotContain("DONE", failed.Error, StringComparison.Ordinal);
        Assert.Matches("busybox.*linux/loong64|Dockerfile:5:1: error: this RUN is for linux/loong64", failed.Error);
    }
}
