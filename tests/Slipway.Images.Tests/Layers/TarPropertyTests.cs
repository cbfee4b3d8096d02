using FsCheck;
using FsCheck.Fluent;
using Slipway.Images.Layers;

namespace Slipway.Images.Tests.Layers;

public sealed class TarPropertyTests
{
    private static readonly string[] Names = ["a", "b.c", "ä", "文字", "\uDCFE", "x y", "-", new string('n', 99), new string('m', 101), new string('ü', 120), "a.b", "A"];

    [Fact]
    public void Any_list_of_entries_is_read_as_it_was_written()
    {
        using var store = new TemporaryStore();
        Prop.ForAll(Arb.From(Layer()), entries =>
        {
            Layer written = store.WriteAsync(entries, Content).GetAwaiter().GetResult();
            UnpackedTar read = TreeUnpacker.ScanAsync(store.Store.Blobs.OpenRead(written.DiffId), new UnpackOptions { Expected = written.DiffId }, default).GetAwaiter().GetResult();
            return written.Index.Entries.Select(LayerRoundTripTests.Text).SequenceEqual(read.Index.Entries.Select(LayerRoundTripTests.Text))
                && read.Index.Entries.Where(entry => entry.Kind == LayerEntryKind.File).All(entry => Content(entry.Path).SequenceEqual(BytesAt(store, written, entry)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    private static byte[] Content(string path) => [.. Enumerable.Range(0, path.Length * 37 % 1500).Select(i => (byte)(i * path.Length))];

    private static byte[] BytesAt(TemporaryStore store, Layer layer, LayerEntry entry)
    {
        using Stream tar = store.Store.Blobs.OpenRead(layer.DiffId);
        tar.Position = entry.DataOffset;
        byte[] bytes = new byte[entry.Size];
        tar.ReadExactly(bytes);
        return bytes;
    }

    private static Gen<LayerEntry[]> Layer() =>
        from entries in Gen.ListOf(Entry())
        select Consistent(entries);

    private static Gen<LayerEntry> Entry() =>
        from depth in Gen.Choose(1, 4)
        from parts in Gen.ArrayOf(Gen.Elements(Names), depth)
        from kind in Gen.Choose(0, 7)
        from mode in Gen.Choose(0, 0xFFF)
        from uid in Gen.Elements(0u, 1000u, 2097151u, 2097152u, 4294967294u)
        from target in Gen.Elements(Names)
        from xattr in Gen.Choose(0, 3)
        from value in Gen.ArrayOf(Gen.Choose(0, 255), 90)
        from opaque in Gen.Elements(true, false)
        select new LayerEntry
        {
            Path = string.Join('/', parts),
            Kind = (LayerEntryKind)kind,
            Mode = kind == 7 ? 0 : mode,
            Uid = kind == 7 ? 0 : uid,
            Gid = kind == 7 ? 0 : uid / 3,
            LinkTarget = kind == 2 ? "../" + target : null,
            DeviceMajor = kind is 4 or 5 ? 8u : 0,
            DeviceMinor = kind is 4 or 5 ? 300u : 0,
            IsOpaque = kind == 1 && opaque,
            Xattrs = xattr == 0 && kind != 7 ? new Dictionary<string, ReadOnlyMemory<byte>> { ["user." + target] = value.Select(i => (byte)i).ToArray() } : null,
        };

    // Each path once, nothing below what is no directory, hard links to a file before them.
    private static LayerEntry[] Consistent(IEnumerable<LayerEntry> entries)
    {
        var kept = new List<LayerEntry>();
        var kinds = new Dictionary<string, LayerEntryKind>();
        foreach (LayerEntry entry in entries.DistinctBy(entry => entry.Path).OrderBy(entry => entry.Path, LayerPath.Order))
        {
            bool free = true;
            for (string above = LayerPath.ParentOf(entry.Path); above.Length > 0; above = LayerPath.ParentOf(above))
            {
                free &= !kinds.TryGetValue(above, out LayerEntryKind kind) || kind == LayerEntryKind.Directory;
            }

            LayerEntry? file = kept.LastOrDefault(other => other.Kind == LayerEntryKind.File);
            if (!free || (entry.Kind == LayerEntryKind.HardLink && file is null))
            {
                continue;
            }

            kept.Add(entry.Kind == LayerEntryKind.HardLink ? entry with { LinkTarget = file!.Path, Xattrs = null } : entry);
            kinds[entry.Path] = entry.Kind;
        }

        return [.. kept];
    }
}
