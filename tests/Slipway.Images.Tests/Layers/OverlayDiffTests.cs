using Slipway.Images.Layers;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Layers;

/// <summary>Layers of real overlay mounts: the work is done by a shell in a mount namespace of its own.</summary>
public sealed class OverlayDiffTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static readonly LayerEntry[] Base =
    [
        Directory("dir"),
        File("dir/a"),
        File("dir/b"),
        Directory("dir/sub"),
        File("dir/sub/c"),
        Directory("etc", 0x1C0) with { Uid = 5 },
        File("etc/conf"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Touching_nothing_gives_the_empty_layer()
    {
        Assert.True((await RunAsync("true")).IsEmpty);
        Assert.True((await RunAsync("ls -lR; cat dir/a; chmod 0755 dir; touch dir; mkdir dir/sub/x; rmdir dir/sub/x")).IsEmpty);
    }

    [Fact]
    public async Task New_changed_and_removed_files_are_in_the_layer_with_their_parents()
    {
        Layer layer = await RunAsync("echo new >dir/sub/new; rm dir/a; mkdir -p opt/app; echo x >opt/app/x; chmod 4711 opt/app/x; ln -s ../x opt/link");
        Assert.Equal(
            ["Directory dir", "Whiteout dir/a", "Directory dir/sub", "File dir/sub/new", "Directory opt", "Directory opt/app", "File opt/app/x", "SymbolicLink opt/link"],
            layer.Index.Entries.Select(entry => $"{entry.Kind} {entry.Path}{(entry.IsOpaque ? " opaque" : "")}"));
        Assert.True(layer.Index.TryGet("opt/app/x", out LayerEntry? x));
        Assert.Equal(0x9C9, x.Mode);
    }

    [Fact]
    public async Task A_directory_made_anew_is_opaque_only_if_it_hides_something()
    {
        Layer layer = await RunAsync("rm -r dir; mkdir dir fresh; touch dir/only");
        Assert.Equal(["dir", "dir/only", "fresh"], layer.Index.Entries.Select(entry => entry.Path));
        Assert.Equal(["dir"], layer.Index.Entries.Where(entry => entry.IsOpaque).Select(entry => entry.Path));
    }

    [Fact]
    public async Task Hard_links_stay_together_and_sockets_stay_away()
    {
        Command.Require("python3");
        Layer layer = await RunAsync("echo x >one; ln one two; mkdir z; ln one z/three; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"sock\")'");
        Assert.Equal(["File one ", "HardLink two one", "Directory z ", "HardLink z/three one"], layer.Index.Entries.Select(entry => $"{entry.Kind} {entry.Path} {entry.LinkTarget}"));
    }

    [Fact]
    public async Task Changed_metadata_of_a_directory_is_a_change_and_its_time_is_none()
    {
        Layer layer = await RunAsync("chmod 0700 dir; touch -d 2001-01-01 etc");
        LayerEntry entry = Assert.Single(layer.Index.Entries);
        Assert.Equal(("dir", 0x1C0), (entry.Path, entry.Mode));
    }

    [Fact]
    public async Task Attributes_and_capabilities_are_kept_and_those_of_overlayfs_are_not()
    {
        Layer layer = await RunAsync("echo x >tool; python3 -c 'import os; os.setxattr(\"tool\", \"user.note\", b\"hi\"); os.setxattr(\"tool\", \"trusted.mine\", b\"no\")'");
        LayerEntry tool = Assert.Single(layer.Index.Entries);
        Assert.Equal(["user.note"], tool.Xattrs!.Keys);
    }

    [Fact]
    public async Task The_tree_that_was_run_in_equals_the_one_unpacked_from_the_tar()
    {
        Layer layer = await RunAsync("echo new >dir/sub/new; rm -r etc; mkdir etc fresh; rm dir/a; ln dir/sub/new two; mkfifo p", keepTar: true);
        string adopted = _store.Layers.TryGetTree(layer.DiffId)!, unpacked = System.IO.Directory.CreateDirectory(_store.PathOf("again")).FullName;
        await TreeUnpacker.UnpackAsync(_store.Store.Blobs.OpenRead(layer.DiffId), unpacked, new UnpackOptions { Expected = layer.DiffId }, Token);
        const string Show = "cd \"$0\"; find . -mindepth 1 \\( -type c -printf '%p whiteout\\n' -o -printf '%p %y %m %U:%G %T@ %l %n\\n' \\) | sort; getfattr -Rhd -m- . 2>/dev/null | sort";
        Assert.Equal(await Command.RunAsync("sh", "-c", Show, unpacked), await Command.RunAsync("sh", "-c", Show, adopted));
    }

    [Fact]
    public async Task The_same_changes_give_the_same_digest()
    {
        Layer first = await RunAsync("echo 1 >b; echo 2 >a; mkdir d; sleep 0.01; touch d/x");
        Layer second = await RunAsync("mkdir d; touch d/x; echo 2 >a; echo 1 >b");
        Assert.Equal(first.DiffId, second.DiffId);
    }

    private async Task<Layer> RunAsync(string script, bool keepTar = false)
    {
        Command.RequireRoot();
        Layer below = await _store.WriteAsync(Base, OwnPath);
        string lower = await _store.Layers.GetTreeAsync(below.DiffId, Token), folder = _store.Store.CreateTemporaryDirectory("overlay");
        foreach (string name in (string[])["upper", "work", "merged"])
        {
            System.IO.Directory.CreateDirectory(Path.Combine(folder, name));
        }

        System.IO.File.SetUnixFileMode(Path.Combine(folder, "upper"), (UnixFileMode)0x1ED);
        string mount = $"mount -t overlay overlay -o lowerdir={lower},upperdir={folder}/upper,workdir={folder}/work,redirect_dir=off,metacopy=off,index=off {folder}/merged";
        await Command.RunAsync("unshare", "--mount", "sh", "-ec", $"{mount}; cd {folder}/merged; {script}");
        Snapshot snapshot = await Snapshot.LoadAsync(_store.Layers, [below.DiffId], Token);
        var options = new LayerWriterOptions { KeepTar = keepTar };
        return await OverlayDiff.CreateLayerAsync(_store.Layers, Path.Combine(folder, "upper"), path => snapshot.Lookup(path)?.Entry, options, Token);
    }
}
