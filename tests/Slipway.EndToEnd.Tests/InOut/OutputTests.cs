using System.Text.Json;

namespace Slipway.EndToEnd.Tests.InOut;

/// <summary>What a build leaves besides the image in the store.</summary>
public sealed class OutputTests(World world)
{
    private const string Recipe = "FROM busybox\nCOPY --chown=7:8 --chmod=640 file /data/file\nRUN ln /data/file /data/second && ln -s file /data/link && rm /bin/ls\n";
    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task A_tar_is_the_same_bytes_with_any_number_of_jobs_and_a_folder_holds_the_same()
    {
        var there = slipway with { Folder = world.NewContext("Dockerfile", Recipe, "file", "content\n") };
        await there.ShellAsync(
            "slipway build -q -o - . > one.tar && slipway build -q --jobs 1 --no-cache -o type=tar,dest=two.tar . && cmp one.tar two.tar && slipway build -q -o out . && tar -df one.tar -C out");
        Assert.Equal("640 7 8 2\nfile\n", (await there.ShellAsync("stat -c '%a %u %g %h' out/data/second; readlink out/data/link; test ! -e out/bin/ls")).Out);
        await there.ShellAsync("echo mine > out/mine && slipway build -q -o out . && cat out/mine && slipway images | grep -q none; test ! -e out/.slipway*");
    }

    [Fact]
    public async Task Several_outputs_are_written_at_once_and_described()
    {
        var there = slipway with { Folder = world.NewContext("Dockerfile", Recipe, "file", "content\n") };
        await there.RunAsync(
            "build", "-t", "outputs:1", "-o", "type=oci,dest=oci.tar,annotation.org.example.a=b", "-o", "type=docker,dest=docker.tar", "-o", "type=oci,tar=false,dest=layout,compression=zstd",
            "--metadata-file", "metadata.json", "--iidfile", "iid", ".");
        var id = (await there.RunAsync("inspect", "--format", "{{.Id}}", "outputs:1")).Line();
        Assert.Equal(id, await File.ReadAllTextAsync(Path.Combine(there.Folder!, "iid"), TestContext.Current.CancellationToken));
        using var metadata = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(there.Folder!, "metadata.json"), TestContext.Current.CancellationToken));
        Assert.Equal(id, metadata.RootElement.GetProperty("containerimage.config.digest").GetString());
        Assert.Equal("docker.io/library/outputs:1", metadata.RootElement.GetProperty("image.name").GetString());
        Assert.StartsWith("sha256:", metadata.RootElement.GetProperty("containerimage.descriptor").GetProperty("digest").GetString(), StringComparison.Ordinal);
        foreach (var archive in (string[])["oci.tar", "docker.tar", "layout"])
        {
            var other = world.NewStore() with { Folder = there.Folder };
            await other.RunAsync("load", "-q", "-i", archive);
            Assert.Equal(id, (await other.RunAsync("inspect", "--format", "{{.Id}}", "outputs:1")).Line());
        }

        Assert.Contains("org.example.a", (await there.ShellAsync("tar xOf oci.tar --wildcards 'blobs/sha256/*' | strings")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layout_is_a_base_and_a_registry_an_output()
    {
        var there = slipway with { Folder = world.NewContext("Dockerfile", Recipe, "file", "content\n", "Next", "FROM base\nLABEL a=b\n") };
        var name = $"{world.Registry}/inout/next:1";
        await there.RunAsync("build", "-t", "outputs:2", "-o", "type=oci,tar=false,dest=layout", ".");
        var other = world.NewStore() with { Folder = there.Folder };
        await other.RunAsync("build", "-f", "Next", "--build-context", "base=oci-layout://layout:2", "-o", $"type=registry,name={name}", ".");
        var third = world.NewStore();
        Assert.Equal("content\n", (await third.RunAsync("run", name, "cat", "/data/link")).Out);
    }

    [Theory]
    [InlineData("-o type=locl,dest=x", "did you mean type=local?")]
    [InlineData("-o type=local", "dest= must name a folder")]
    [InlineData("-o type=oci,dst=x", "did you mean dest=?")]
    [InlineData("-o type=registry", "needs a name to push to")]
    [InlineData("-o type=oci,dest=x,compression=lzma", "use one of gzip, zstd, estargz, uncompressed")]
    [InlineData("-o type=tar,dest=.", "is a folder")]
    [InlineData("--platform linux/amd64,linux/arm64 -o type=docker,dest=x", "holds one platform")]
    [InlineData("--annotation everywhere:a=b", "not of 'everywhere'")]
    public async Task A_wrong_output_is_explained_before_anything_is_built(string flags, string part)
    {
        var there = slipway with { Folder = world.NewContext("Dockerfile", "FROM scratch\nRUN nothing here can run\n") };
        var failed = await there.ShellAsync($"slipway build {flags} .", exitCode: 2);
        Assert.Contains(part, failed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(there.Folder!, "x")));
    }
}
