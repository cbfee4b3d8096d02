using System.Text;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;
using Slipway.Testing;

namespace Slipway.Packages.Tests.Entries;

/// <summary>What a layer of an environment's entries holds.</summary>
public sealed class EntryLayerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageStore _store;

    public EntryLayerTests() => _store = ImageStore.Open(_folder["store"]);

    [Fact]
    public async Task Entries_come_in_the_layers_order_with_all_directories_above_them()
    {
        Layer layer = await WriteAsync([File("lib/b", "two"), File("bin/a", "one", isExecutable: true), EnvironmentEntry.Link("lib64", "lib", "")], []);
        Assert.Equal(["opt", "opt/env", "opt/env/bin", "opt/env/bin/a", "opt/env/lib", "opt/env/lib/b", "opt/env/lib64"], layer.Index.Entries.Select(e => e.Path));
        Assert.Equal([Dir, Dir, Dir, 0x1ED, Dir, 0x1A4, 0x1FF], layer.Index.Entries.Select(e => e.Mode));
        Assert.All(layer.Index.Entries, e => Assert.Equal((0u, 0u), (e.Uid, e.Gid)));
    }

    [Fact]
    public async Task The_order_in_which_entries_are_given_makes_no_difference()
    {
        EnvironmentEntry[] entries = [File("a", "1"), File("b/c", "2"), File("b/d", "3")];
        Assert.Equal((await WriteAsync(entries, [])).DiffId, (await WriteAsync([.. entries.Reverse()], [])).DiffId);
    }

    [Fact]
    public async Task What_is_hidden_becomes_a_whiteout_beside_the_others()
    {
        Layer layer = await WriteAsync([File("lib/kept", "x")], ["lib/gone", "share/doc/gone"]);
        Assert.Equal(["opt/env/lib/gone", "opt/env/share/doc/gone"], layer.Index.Entries.Where(e => e.Kind == LayerEntryKind.Whiteout).Select(e => e.Path));
        Assert.Contains(layer.Index.Entries, e => e is { Path: "opt/env/share/doc", Kind: LayerEntryKind.Directory });
    }

    [Fact]
    public async Task Entries_of_several_owners_are_in_one_layer()
    {
        Layer layer = await WriteAsync([File("a", "1", owner: "numpy (conda)"), File("b", "2", owner: "six (wheel)"), new EnvironmentEntry { Path = "empty", Kind = PackageMemberKind.Directory }], []);
        Assert.Equal(2, layer.Index.Entries.Count(e => e.Kind == LayerEntryKind.File));
        Assert.Contains(layer.Index.Entries, e => e is { Path: "opt/env/empty", Kind: LayerEntryKind.Directory });
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private const int Dir = 0x1ED;

    private async Task<Layer> WriteAsync(IEnumerable<EnvironmentEntry> entries, IReadOnlyCollection<string> hidden)
    {
        await using LayerWriter writer = _store.Layers.CreateWriter(new LayerWriterOptions());
        await EntryLayer.WriteAsync(writer, "/opt/env", entries, hidden, TestContext.Current.CancellationToken);
        return await writer.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private static EnvironmentEntry File(string path, string text, bool isExecutable = false, string owner = "") => EnvironmentEntry.Of(path, Encoding.UTF8.GetBytes(text), isExecutable, owner);
}
