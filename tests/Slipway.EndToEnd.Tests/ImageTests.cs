using System.Text.Json;

namespace Slipway.EndToEnd.Tests;

public sealed class ImageTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task Images_are_listed_with_name_tag_id_and_size()
    {
        await BuildAsync("listed:1.0", "FROM busybox\nLABEL a=b\n");
        var table = await slipway.RunAsync("images");
        Assert.Matches(@"(?m)^listed +1\.0 +[0-9a-f]{12} +.*[kM]B\s*$", table.Out);
        var names = await slipway.RunAsync("image", "ls", "--format", "{{.Repository}}:{{.Tag}}");
        Assert.Contains("listed:1.0\n", names.Out, StringComparison.Ordinal);
        var id = (await slipway.RunAsync("images", "-q", "listed:1.0")).Line();
        Assert.StartsWith(id, (await slipway.RunAsync("inspect", "--format", "{{.Id}}", "listed:1.0")).Line()["sha256:".Length..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_shows_the_configuration_as_docker_does()
    {
        await BuildAsync("inspected", "FROM busybox\nENV A=1\nLABEL who=me\nEXPOSE 8888\nUSER 7\nWORKDIR /w\nVOLUME /v\nENTRYPOINT [\"sh\"]\n");
        using var document = JsonDocument.Parse((await slipway.RunAsync("inspect", "inspected")).Out);
        var image = Assert.Single(document.RootElement.EnumerateArray());
        var config = image.GetProperty("Config");
        Assert.Equal("7", config.GetProperty("User").GetString());
        Assert.Equal("/w", config.GetProperty("WorkingDir").GetString());
        Assert.Equal("me", config.GetProperty("Labels").GetProperty("who").GetString());
        Assert.Contains("A=1", config.GetProperty("Env").EnumerateArray().Select(e => e.GetString()));
        Assert.True(config.GetProperty("ExposedPorts").TryGetProperty("8888/tcp", out _));
        Assert.Equal("inspected:latest", image.GetProperty("RepoTags")[0].GetString());
    }

    [Fact]
    public async Task History_has_a_row_for_each_instruction()
    {
        await BuildAsync("with-history", "FROM busybox\nENV A=1\nRUN echo hello > /hello\n");
        var history = await slipway.RunAsync("history", "with-history");
        Assert.Contains("ENV A=1", history.Out, StringComparison.Ordinal);
        Assert.Contains("echo hello > /hello", history.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_keeps_its_content_until_its_last_name_is_gone()
    {
        await BuildAsync("first-name", "FROM busybox\nRUN echo kept > /kept\n");
        await slipway.RunAsync("tag", "first-name", "second-name:v2");
        await slipway.RunAsync("rmi", "first-name");
        await slipway.RunAsync(1, "inspect", "first-name");
        Assert.Equal("kept\n", (await slipway.RunAsync("run", "second-name:v2", "cat", "/kept")).Out);
        await slipway.RunAsync("rmi", "second-name:v2");
        await slipway.RunAsync(1, "inspect", "second-name:v2");
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("oci")]
    public async Task A_saved_image_is_the_same_in_another_store_and_others_can_read_it(string format)
    {
        await BuildAsync("saved-" + format, "FROM busybox\nRUN echo saved > /saved\n");
        var archive = Path.Combine(world.NewFolder("archive"), "image.tar");
        await slipway.RunAsync("save", "--format", format, "-o", archive, "saved-" + format);
        var other = world.NewStore();
        await other.RunAsync("load", "-i", archive);
        Assert.Equal(await IdAsync(slipway, "saved-" + format), await IdAsync(other, "saved-" + format));
        Assert.Equal("saved\n", (await other.RunAsync("run", "saved-" + format, "cat", "/saved")).Out);
        var seen = await new Command("skopeo", "inspect", "--config", $"{format}-archive:{archive}").RunAsync(TestContext.Current.CancellationToken);
        Assert.Contains("echo saved", seen.Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_goes_through_pipes_as_people_type_it()
    {
        await BuildAsync("piped", "FROM busybox\nRUN echo piped > /piped\n");
        var other = world.NewStore();
        await slipway.ShellAsync($"docker save piped | gzip -1 | docker --root {other.Store} load");
        Assert.Equal(await IdAsync(slipway, "piped"), await IdAsync(other, "piped"));
    }

    [Fact]
    public async Task A_pushed_image_is_pulled_with_the_same_digest()
    {
        var name = $"{world.Registry}/team/pushed:1";
        await BuildAsync(name, "FROM busybox\nRUN echo pushed > /pushed\n");
        await slipway.RunAsync("push", name);
        var other = world.NewStore();
        await other.RunAsync("pull", name);
        Assert.Equal(await IdAsync(slipway, name), await IdAsync(other, name));
        Assert.Equal("pushed\n", (await other.RunAsync("run", name, "cat", "/pushed")).Out);
        var seen = await new Command("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{name}").RunAsync(TestContext.Current.CancellationToken);
        await world.NewStore().RunAsync("pull", $"{world.Registry}/team/pushed@{seen.Expect(0).Line()}");
    }

    [Fact]
    public async Task Pruning_frees_what_no_image_needs_and_keeps_the_rest()
    {
        var store = world.NewStore();
        await store.RunAsync("load", "-i", await World.BaseImageAsync("busybox"));
        var context = world.NewContext("Dockerfile", "FROM slipway.test/busybox\nRUN head -c 1000000 /dev/zero > /big\n");
        await store.RunAsync("build", "-t", "big", context);
        Assert.Contains("images", (await store.RunAsync("system", "df")).Out, StringComparison.OrdinalIgnoreCase);
        await store.RunAsync("rmi", "big");
        await store.RunAsync("system", "prune", "--force", "--all");
        Assert.Empty((await store.RunAsync("images", "-q", "big")).Out);
        await store.RunAsync("load", "-i", await World.BaseImageAsync("busybox"));
        Assert.Equal("ok\n", (await store.RunAsync("run", "slipway.test/busybox", "echo", "ok")).Out);
    }

    [Fact]
    public async Task The_store_is_an_oci_layout_that_others_read()
    {
        await BuildAsync("open-store:x", "FROM busybox\nLABEL seen=1\n");
        Assert.True(File.Exists(Path.Combine(slipway.Store, "oci-layout")));
        using var index = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(slipway.Store, "index.json"), TestContext.Current.CancellationToken));
        Assert.True(index.RootElement.GetProperty("manifests").GetArrayLength() > 0);
    }

    private async Task BuildAsync(string name, string recipe) =>
        await slipway.RunAsync("build", "-q", "-t", name, world.NewContext("Dockerfile", recipe));

    private static async Task<string> IdAsync(Cli store, string name) => (await store.RunAsync("inspect", "--format", "{{.Id}}", name)).Line();
}
