using Slipway.Conda.Linking;
using Slipway.Conda.Tests.Packages;
using Slipway.Foundation.Linux;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Tests.Linking;

public sealed class SharingTests : IDisposable
{
    private readonly TestWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(FileSharing.Any)]
    [InlineData(FileSharing.Safe)]
    [InlineData(FileSharing.None)]
    public async Task Two_environments_share_what_is_the_same_in_both_if_they_may(FileSharing sharing)
    {
        foreach (string env in (string[])["env1", "env2"])
        {
            await DirectoryLinker.LinkAsync(await _world.PlanSharedAsync(_world.At(env), Package()), sharing, 2, Token);
            Assert.Equal("same", await File.ReadAllTextAsync(_world[$"{env}/lib/same"], Token));
            Assert.Equal($"#!{_world[env]}/bin/sh\n", await File.ReadAllTextAsync(_world[$"{env}/bin/own"], Token));
        }

        Assert.Equal(sharing == FileSharing.Any && !Clones(), Inode("env1/lib/same") == Inode("env2/lib/same"));
        Assert.NotEqual(Inode("env1/bin/own"), Inode("env2/bin/own"));
        Assert.NotEqual(Inode("env1/etc/alone"), Inode("env2/etc/alone"));
    }

    [Fact]
    public async Task A_package_that_was_unpacked_for_sharing_is_linked_again_without_its_archive()
    {
        await _world.PlanSharedAsync(_world.At("env1"), Package());
        foreach (string archive in Directory.EnumerateFiles(_world["cache"], "package.conda", SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(archive, "gone", Token);
        }

        await DirectoryLinker.LinkAsync(await _world.PlanSharedAsync(_world.At("env2"), Package()), FileSharing.Any, 2, Token);
        Assert.Equal("same", await File.ReadAllTextAsync(_world["env2/lib/hard"], Token));
    }

    [Fact]
    public async Task What_a_killed_process_left_half_unpacked_is_unpacked_anew()
    {
        await _world.PlanSharedAsync(_world.At("env1"), Package());
        foreach (string listing in Directory.EnumerateFiles(_world["cache"], "files.json", SearchOption.AllDirectories))
        {
            File.Delete(listing);
            Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(listing)!, "files.tmp", "deep"));
            await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(listing)!, "files", "0"), "half", Token);
        }

        await DirectoryLinker.LinkAsync(await _world.PlanSharedAsync(_world.At("env2"), Package()), FileSharing.Any, 2, Token);
        Assert.Equal("same", await File.ReadAllTextAsync(_world["env2/lib/same"], Token));
        Assert.Empty(Directory.EnumerateDirectories(_world["cache"], "files.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_layer_from_shared_files_is_the_same_as_one_straight_from_the_archive()
    {
        var shared = await _world.WriteLayerAsync(await _world.PlanSharedAsync(_world.At("/opt/env"), Package()));
        var straight = await _world.WriteLayerAsync(await _world.PlanAsync(_world.At("/opt/env"), [Package()]));
        Assert.Equal(shared.Index.Entries.Where(entry => entry.Path.Contains("conda-meta", StringComparison.Ordinal)).Select(entry => entry.Path),
            straight.Index.Entries.Where(entry => entry.Path.Contains("conda-meta", StringComparison.Ordinal)).Select(entry => entry.Path));
        Assert.Equal(Contents(shared), Contents(straight));

        static IEnumerable<string> Contents(Slipway.Images.Layers.Layer layer) => layer.Index.Entries
            .Where(entry => !entry.Path.Contains("conda-meta", StringComparison.Ordinal)).Select(entry => $"{entry.Path} {entry.Kind} {entry.Mode} {entry.Size} {entry.LinkTarget}");
    }

    [Fact]
    public async Task A_step_before_the_move_sees_the_whole_environment_and_cannot_change_the_cache()
    {
        await DirectoryLinker.LinkAsync(await _world.PlanSharedAsync(_world.At("env1"), Package()), FileSharing.Any, 2, Step, Token);
        Assert.Equal("changed", await File.ReadAllTextAsync(_world["env1/lib/same"], Token));

        await DirectoryLinker.LinkAsync(await _world.PlanSharedAsync(_world.At("env2"), Package()), FileSharing.Any, 2, Token);
        Assert.Equal("same", await File.ReadAllTextAsync(_world["env2/lib/same"], Token));

        async Task Step(string folder, CancellationToken cancellationToken)
        {
            Assert.False(Directory.Exists(_world["env1"]));
            Assert.True(File.Exists(Path.Combine(folder, "bin/own")));
            await using var file = new FileStream(Path.Combine(folder, "lib/same"), FileMode.Open, FileAccess.Write);
            file.SetLength(0);
            await file.WriteAsync("changed"u8.ToArray(), cancellationToken);
        }
    }

    [Fact]
    public async Task A_failed_step_leaves_nothing()
    {
        LinkPlan plan = await _world.PlanSharedAsync(_world.At("envs/env1"), Package());
        await Assert.ThrowsAsync<IOException>(() => DirectoryLinker.LinkAsync(plan, FileSharing.Any, 2, (_, _) => throw new IOException("failed"), Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_world["envs"]));
    }

    private static PackageBuilder Package()
    {
        PackageBuilder package = new PackageBuilder("p").File("bin/own", "#!/placeholder/bin/sh\n", 0x1ED, "/placeholder").File("lib/same", "same").HardLink("lib/hard", "lib/same").File("lib/empty", "")
            .File("etc/alone", "alone").Link("lib/link", "same");
        package.Info["paths.json"] = """
            {"paths_version":1,"paths":[{"_path":"bin/own","prefix_placeholder":"/placeholder"},{"_path":"lib/same"},{"_path":"lib/hard"},{"_path":"lib/empty"},
            {"_path":"etc/alone","no_link":true},{"_path":"lib/link","path_type":"softlink"}]}
            """;
        return package;
    }

    private ulong Inode(string path) => FileStatus.Of(_world[path]).Inode;

    private bool Clones()
    {
        using var folder = DirectoryHandle.Open(_world["."]);
        File.WriteAllText(_world["one"], "x");
        using FileDescriptor one = folder.OpenFile("one"), two = folder.CreateFile("two", 0x1A4);
        return two.TryCloneFrom(one);
    }
}
