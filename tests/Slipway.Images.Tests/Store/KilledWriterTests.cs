using System.Diagnostics;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Store;

/// <summary>kill -9 while layers, trees and images are being written: this test program runs itself and kills itself.</summary>
public sealed class KilledWriterTests
{
    private const string RootVariable = "SLIPWAY_TEST_STORE";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(23)]
    public async Task A_killed_writer_leaves_a_store_that_is_whole(int blobs)
    {
        using var store = new TemporaryStore();
        var enough = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(Path.Combine(store.Root, "blobs", "sha256")) { EnableRaisingEvents = true };
        watcher.Created += (_, _) => Count();
        watcher.Renamed += (_, _) => Count();
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-explicit", "only", "-class", typeof(KilledWriterTests).FullName!])
        {
            RedirectStandardOutput = true,
            Environment = { [RootVariable] = store.Root },
        };
        using Process writer = Process.Start(start)!;
        _ = writer.StandardOutput.ReadToEndAsync(Token);
        await enough.Task.WaitAsync(Token);
        writer.Kill();
        await writer.WaitForExitAsync(Token);

        using ImageStore after = ImageStore.Open(store.Root);
        foreach (string path in System.IO.Directory.GetFiles(Path.Combine(store.Root, "blobs", "sha256")))
        {
            await using FileStream content = System.IO.File.OpenRead(path);
            Assert.Equal(Path.GetFileName(path), (await Digest.OfAsync(content, Token)).Hex);
        }

        foreach (string folder in System.IO.Directory.GetDirectories(Path.Combine(store.Root, "layers-v1")))
        {
            var diffId = Digest.Parse("sha256:" + Path.GetFileName(folder));
            Assert.True(!after.Layers.Exists(diffId) || (await after.Layers.GetIndexAsync(diffId, Token)).Count == 50);
            Assert.True(after.Layers.TryGetTree(diffId) is not { } tree || System.IO.Directory.GetFiles(tree).Length == 50);
        }

        Assert.All(await after.ListAsync(Platform.Host, Token), image => Assert.True(after.Layers.Exists(image.Config.DiffIds[0])));
        Assert.Equal(2, System.IO.Directory.GetDirectories(Path.Combine(store.Root, "tmp-v1")).Length); // this one's and the fixture's
        await WriteOneAsync(after, -1);

        void Count()
        {
            if (--blobs == 0)
            {
                enough.SetResult();
            }
        }
    }

    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 }, "only when started by the other test");
        using ImageStore store = ImageStore.Open(Environment.GetEnvironmentVariable(RootVariable)!);
        for (int i = 0; i < 10_000; i++)
        {
            await WriteOneAsync(store, i);
        }
    }

    private static async Task WriteOneAsync(ImageStore store, int number)
    {
        await using LayerWriter writer = store.Layers.CreateWriter(new LayerWriterOptions());
        for (int i = 10; i < 60; i++)
        {
            byte[] content = System.Text.Encoding.ASCII.GetBytes($"{number} {i}");
            await writer.AddAsync(File($"f{i}") with { Size = content.Length }, new MemoryStream(content), Token);
        }

        Layer layer = await writer.CompleteAsync(Token);
        await store.Layers.GetTreeAsync(layer.DiffId, Token);
        var config = new ImageConfig { Os = "linux", Architecture = Platform.Host.Architecture, RootFs = new RootFileSystem { DiffIds = [layer.DiffId] } };
        await store.PutImageAsync(config, [layer.TarDescriptor], [ImageReference.Parse($"app:n{Math.Abs(number)}")], Token);
    }
}
