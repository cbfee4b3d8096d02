using Slipway.Build.Contexts;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Build.Tests;

/// <summary>A store with the image <c>busybox</c>, made of the machine's static busybox; it goes away with the test.</summary>
internal sealed class Store : IDisposable
{
    private const string Busybox = "/bin/busybox";
    private static readonly string[] s_tools =
        "sh awk cat chmod chown cp echo false grep head id ln ls mkdir mv rm sed sleep sort stat test tr true touch wc whoami [".Split(' ');

    private readonly string _folder = Directory.CreateTempSubdirectory("slipway-build-").FullName;

    public Store() => Images = ImageStore.Open(Path.Combine(_folder, "store"));

    public ImageStore Images { get; }

    /// <summary>A path beside the store.</summary>
    public string this[string name] => Path.Combine(_folder, name);

    public static async Task<Store> WithBusyboxAsync()
    {
        Assert.SkipUnless(File.Exists(Busybox), "busybox-static is not installed");
        Assert.SkipUnless(ProcessIdentity.EffectiveUid == 0, "running commands needs root");
        Assert.SkipUnless(Testing.Tool.Find("crun") is not null || Testing.Tool.Find("runc") is not null, "neither crun nor runc is installed");
        var store = new Store();
        await store.AddBusyboxAsync(TestContext.Current.CancellationToken);
        return store;
    }

    /// <summary>The files of an image, links followed.</summary>
    public async Task<string> ReadAsync(StoredImage image, string path)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        SnapshotTree tree = await SnapshotTree.LoadAsync(Images.Layers, [.. image.Config.DiffIds], token);
        ResolvedPath found = await PathResolver.ResolveAsync(tree, path, followLast: true, token);
        Assert.True(found.Node is { Kind: FileKind.Regular }, $"the image has no file {path}");
        using var reader = new StreamReader(await tree.OpenAsync(found.Node, token));
        return await reader.ReadToEndAsync(token);
    }

    public void Dispose()
    {
        Images.Dispose();
        DirectoryHandle.RemoveTreeAt(_folder);
    }

    private async Task AddBusyboxAsync(CancellationToken token)
    {
        await using LayerWriter writer = Images.Layers.CreateWriter(new LayerWriterOptions());
        foreach (LayerEntry entry in BusyboxEntries().OrderBy(e => e.Path, LayerPath.Order))
        {
            if (entry.Kind == LayerEntryKind.File)
            {
                byte[] bytes = entry.Path == "bin/busybox" ? await File.ReadAllBytesAsync(Busybox, token)
                    : entry.Path == "etc/passwd" ? "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n"u8.ToArray()
                    : "root:x:0:\napp:x:1000:\nstaff:x:50:app\n"u8.ToArray();
                await writer.AddAsync(entry with { Size = bytes.Length }, new MemoryStream(bytes), token);
            }
            else
            {
                await writer.AddAsync(entry, token);
            }
        }

        Layer layer = await writer.CompleteAsync(token);
        var config = new ImageConfig
        {
            Os = "linux",
            Architecture = Platform.Host.Architecture,
            Config = new ContainerConfig { Cmd = ["sh"], Env = ["PATH=/bin"] },
            RootFs = new RootFileSystem { DiffIds = [layer.DiffId] },
        };
        await Images.PutImageAsync(config, [layer.TarDescriptor], [ImageReference.Parse("busybox")], token);
    }

    private static IEnumerable<LayerEntry> BusyboxEntries() =>
    [
        .. ((string[])["bin", "dev", "etc", "home", "proc", "sys"]).Select(d => Entry(d, LayerEntryKind.Directory, 0x1ED)),
        Entry("tmp", LayerEntryKind.Directory, 0x3FF),
        Entry("bin/busybox", LayerEntryKind.File, 0x1ED),
        Entry("etc/passwd", LayerEntryKind.File, 0x1A4),
        Entry("etc/group", LayerEntryKind.File, 0x1A4),
        .. s_tools.Select(t => Entry($"bin/{t}", LayerEntryKind.SymbolicLink, 0x1FF) with { LinkTarget = "busybox" }),
    ];

    private static LayerEntry Entry(string path, LayerEntryKind kind, int mode) => new() { Path = path, Kind = kind, Mode = mode };
}
