using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Layers;

/// <summary>Snapshots show what the kernel's overlayfs shows of the same trees: random stacks, mounted and listed.</summary>
public sealed class KernelComparisonTests
{
    private const int Stacks = 40, LayersEach = 4;

    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly int[] Modes = [0x1ED, 0x1C0, 0x1C9];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_snapshot_and_overlayfs_agree_on_random_stacks()
    {
        Command.RequireRoot();
        using var store = new TemporaryStore();
        var script = new StringBuilder("mkdir -p \"$0\"\n");
        var expected = new StringBuilder();
        for (int number = 0; number < Stacks; number++)
        {
            using Snapshot snapshot = await RandomStackAsync(store, new Random(number));
            var lower = new List<string> { FixupTree(store, snapshot, number) };
            foreach (Digest diffId in snapshot.DiffIds.Reverse())
            {
                lower.Add(await store.Layers.GetTreeAsync(diffId, Token));
            }

            // Trees are named by numbers because the option string of a mount is short.
            string links = string.Join('\n', lower.Select((tree, i) => $"ln -sfn {tree} \"$0\"/{i}"));
            script.AppendLine($"cd \"$0\"; {links.Replace('\n', ';')}; mkdir m{number}; mount -t overlay o -o lowerdir={string.Join(':', Enumerable.Range(0, lower.Count))} m{number}");
            script.AppendLine($"echo == {number}; cd m{number}; find . -mindepth 1 -printf '%P %y %m %s\\n' 2>/dev/null | LC_ALL=C sort");
            expected.Append($"== {number}\n");
            foreach (string line in snapshot.Walk("").Skip(1).Select(entry => Line(entry.Entry)).Order(StringComparer.Ordinal))
            {
                expected.Append(line).Append('\n');
            }
        }

        Assert.Equal(expected.ToString(), await Command.RunAsync("unshare", "--mount", "sh", "-c", script.ToString(), store.PathOf("mounts")));
    }

    private static string Line(LayerEntry entry) => entry.Kind switch
    {
        LayerEntryKind.Directory => $"{entry.Path} d {Convert.ToString(entry.Mode, 8)} 4096",
        LayerEntryKind.SymbolicLink => $"{entry.Path} l 777 {entry.LinkTarget!.Length}",
        _ => $"{entry.Path} f {Convert.ToString(entry.Mode, 8)} {entry.Size}",
    };

    private static async Task<Snapshot> RandomStackAsync(TemporaryStore store, Random random)
    {
        var diffIds = new List<Digest>();
        for (int layer = 0; layer < LayersEach; layer++)
        {
            var entries = new Dictionary<string, LayerEntry>();
            for (int i = random.Next(1, 9); i > 0; i--)
            {
                string path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)]));
                entries[path] = random.Next(6) switch
                {
                    0 or 1 => Directory(path, Modes[random.Next(Modes.Length)]) with { IsOpaque = layer > 0 && random.Next(4) == 0 },
                    2 when layer > 0 => Whiteout(path),
                    3 => Link(path, "../x"),
                    _ => File(path, Modes[random.Next(Modes.Length)]),
                };
            }

            bool Stands(LayerEntry entry)
            {
                for (string above = LayerPath.ParentOf(entry.Path); above.Length > 0; above = LayerPath.ParentOf(above))
                {
                    if (entries.TryGetValue(above, out LayerEntry? parent) && !parent.IsDirectory)
                    {
                        return false;
                    }
                }

                return true;
            }

            diffIds.Add((await store.WriteAsync(entries.Values.Where(Stands), OwnPath)).DiffId);
        }

        // The same tree twice in a stack is refused by overlayfs.
        return await Snapshot.LoadAsync(store.Layers, [.. diffIds.Distinct()], Token);
    }

    private static string FixupTree(TemporaryStore store, Snapshot snapshot, int number)
    {
        string tree = System.IO.Directory.CreateDirectory(store.PathOf($"fixups{number}")).FullName;
        foreach (LayerEntry entry in snapshot.Fixups())
        {
            string path = Path.Combine(tree, entry.Path);
            System.IO.Directory.CreateDirectory(path);
            System.IO.File.SetUnixFileMode(path, (UnixFileMode)entry.Mode);
        }

        return tree;
    }
}
