using System.Text.Json;

namespace Slipway.EndToEnd.Tests.BadInput;

/// <summary>Bytes that are not what their digest says, in the store and from a registry: they are named, never used.</summary>
public sealed class BrokenBlobTests(World world)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_layer_in_the_store_is_not_run(bool truncated)
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN true\n");
        var layer = BlobsOf(store.Store, "busybox:latest").Layer;
        Damage(layer, truncated);
        var build = await store.RunAsync(1, "build", "-t", Remains.Never, context);
        Assert.Contains("Dockerfile:2", build.Error, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(layer)[..12], build.Error, StringComparison.Ordinal);
        Assert.Contains("load or build the image again", build.Error, StringComparison.Ordinal);
        var run = await store.RunAsync(125, "run", "busybox", "true");
        Assert.Contains(Path.GetFileName(layer)[..12], run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Remains.Never, (await store.RunAsync("images")).Out, StringComparison.Ordinal);
        await MendAsync(store); // does what the help says
        await store.RunAsync("build", context);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_manifest_or_config_in_the_store_is_named(bool manifest)
    {
        var store = await world.NewBusyboxStoreAsync();
        var blobs = BlobsOf(store.Store, "busybox:latest");
        Damage(manifest ? blobs.Manifest : blobs.Config, truncated: true);
        var run = await store.RunAsync(125, "run", "busybox", "true");
        Assert.Contains(Path.GetFileName(manifest ? blobs.Manifest : blobs.Config)[..12], run.Error, StringComparison.Ordinal);
        await MendAsync(store);
        await store.RunAsync("run", "busybox", "true");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_registry_that_sends_damaged_bytes_gives_no_image(bool truncated)
    {
        var token = TestContext.Current.CancellationToken;
        var folder = world.NewFolder("registry");
        using var registry = await Server.RegistryAsync(folder, token);
        var name = $"{registry.Address}/busybox:1";
        var sender = await world.NewBusyboxStoreAsync();
        await sender.RunAsync("tag", "busybox", name);
        await sender.RunAsync("push", name);
        var data = Directory.GetFiles(Path.Combine(folder, "blobs"), "data", SearchOption.AllDirectories).MaxBy(f => new FileInfo(f).Length)!;
        Damage(data, truncated);

        var receiver = world.NewStore();
        var context = world.NewContext("Dockerfile", $"FROM {name}\nRUN true\n");
        await receiver.RunAsync(1, "pull", name);
        var build = await receiver.RunAsync(1, "build", "-t", Remains.Never, context);
        Assert.Contains(Path.GetFileName(Path.GetDirectoryName(data)!)[..12], build.Error, StringComparison.Ordinal);
        await receiver.AssertNothingLeftAsync();
        Assert.Empty((await receiver.RunAsync("images", "-q")).Out);
    }

    private static (string Manifest, string Config, string Layer) BlobsOf(string store, string name)
    {
        using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(store, "index.json")));
        var entry = index.RootElement.GetProperty("manifests").EnumerateArray().First(m => m.GetProperty("annotations").EnumerateObject().Any(a => a.Value.GetString()!.EndsWith(name, StringComparison.Ordinal)));
        var manifest = Blob(entry);
        using var document = JsonDocument.Parse(File.ReadAllText(manifest));
        return (manifest, Blob(document.RootElement.GetProperty("config")), Blob(document.RootElement.GetProperty("layers")[0]));

        string Blob(JsonElement descriptor) => Path.Combine(store, "blobs", descriptor.GetProperty("digest").GetString()!.Replace(':', '/'));
    }

    private static void Damage(string file, bool truncated)
    {
        var bytes = File.ReadAllBytes(file);
        File.Delete(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, truncated ? bytes[..(bytes.Length / 2)] : bytes);
    }

    private static async Task MendAsync(Cli store)
    {
        await store.RunAsync("load", "--quiet", "--input", await World.BaseImageAsync("busybox"));
        await store.RunAsync("tag", "slipway.test/busybox:latest", "busybox");
    }
}
