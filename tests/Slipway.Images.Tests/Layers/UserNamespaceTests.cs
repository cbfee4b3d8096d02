using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Layers;

/// <summary>Trees made without root: this test program runs itself in a user namespace that knows a single id.</summary>
public sealed class UserNamespaceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_layer_unpacks_and_is_diffed_in_a_user_namespace_as_outside()
    {
        Command.Require("unshare");
        if ((await Command.TryRunAsync("unshare", "--user", "--map-root-user", "--mount", "true")).Code != 0)
        {
            Assert.Skip("user namespaces are not allowed here");
        }

        await Command.RunAsync(
            "unshare", "--user", "--map-root-user", "--mount", Environment.ProcessPath!, "-explicit", "only", "-class", typeof(UserNamespaceTests).FullName!);
    }

    [Fact(Explicit = true)]
    public async Task Inside_the_namespace_owners_and_devices_are_left_away_and_marks_are_of_the_user()
    {
        Assert.False(ProcessIdentity.IsInInitialUserNamespace);
        using var store = new TemporaryStore();
        store.Layers.IgnoreOwnerErrors = true;
        LayerEntry[] entries =
        [
            Directory("d") with { IsOpaque = true, Uid = 1000 },
            File("d/f", 0x9ED) with { Uid = 1000, Gid = 50 },
            Whiteout("gone"),
            new() { Path = "null", Kind = LayerEntryKind.CharacterDevice, DeviceMajor = 1, DeviceMinor = 3 },
        ];
        Layer layer = await store.WriteAsync(entries, OwnPath);
        string tree = await store.Layers.GetTreeAsync(layer.DiffId, Token);
        using DirectoryHandle root = DirectoryHandle.Open(tree);
        Assert.Equal(["d", "gone"], root.ReadNames());
        Assert.Equal("y"u8.ToArray(), ExtendedAttributes.Get(root, "d", "user.overlay.opaque"));
        Assert.Equal(FileKind.CharacterDevice, root.StatusOf("gone").Kind);
        Assert.Equal(0x9ED, FileStatus.Of(Path.Combine(tree, "d/f")).Permissions);
        Assert.True((await store.Layers.GetIndexAsync(layer.DiffId, Token)).TryGet("null", out _));
    }

    [Fact(Explicit = true)]
    public async Task Inside_the_namespace_an_overlay_gives_the_layer_it_gives_outside()
    {
        using var store = new TemporaryStore();
        Layer below = await store.WriteAsync([Directory("d"), File("d/f"), Directory("e"), File("e/g")], OwnPath);
        string lower = await store.Layers.GetTreeAsync(below.DiffId, Token), folder = store.Store.CreateTemporaryDirectory("overlay");
        foreach (string name in (string[])["upper", "work", "merged"])
        {
            System.IO.Directory.CreateDirectory(Path.Combine(folder, name));
        }

        string mount = $"mount -t overlay overlay -o lowerdir={lower},upperdir={folder}/upper,workdir={folder}/work,userxattr {folder}/merged";
        await Command.RunAsync("unshare", "--mount", "sh", "-ec", $"chmod 755 {folder}/upper; {mount}; cd {folder}/merged; rm -r e; mkdir e n; echo x >n/y; rm d/f");
        using Snapshot snapshot = await Snapshot.LoadAsync(store.Layers, [below.DiffId], Token);
        Layer layer = await OverlayDiff.CreateLayerAsync(store.Layers, Path.Combine(folder, "upper"), path => snapshot.Lookup(path)?.Entry, new LayerWriterOptions(), Token);
        Assert.Equal(
            ["Directory d ", "Whiteout d/f ", "Directory e opaque", "Directory n ", "File n/y "],
            layer.Index.Entries.Select(entry => $"{entry.Kind} {entry.Path} {(entry.IsOpaque ? "opaque" : "")}"));
    }
}
