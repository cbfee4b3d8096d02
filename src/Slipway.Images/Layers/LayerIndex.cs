using System.Diagnostics.CodeAnalysis;

namespace Slipway.Images.Layers;

/// <summary>
/// The entries of one layer in the order of <see cref="LayerPath.Order"/>, each path once, every parent directory present
/// (as an implied one if the layer does not list it; the root is there only if listed). Immutable.
/// </summary>
public sealed class LayerIndex
{
    private readonly LayerEntry[] _entries;
    private readonly Dictionary<string, int> _positions;

    // Where the entries after an entry and all that lies below it start: a directory's children are found by jumping.
    private readonly int[] _ends;

    private LayerIndex(LayerEntry[] entries)
    {
        _entries = entries;
        _positions = new Dictionary<string, int>(entries.Length, StringComparer.Ordinal);
        _ends = new int[entries.Length];
        var open = new Stack<int>();
        for (int i = 0; i < entries.Length; i++)
        {
            _positions[entries[i].Path] = i;
            while (open.Count > 0 && !LayerPath.IsWithin(entries[i].Path, entries[open.Peek()].Path))
            {
                _ends[open.Pop()] = i;
            }

            open.Push(i);
        }

        foreach (int i in open)
        {
            _ends[i] = entries.Length;
        }
    }

    public static LayerIndex Empty { get; } = new([]);

    public int Count => _entries.Length;

    public IReadOnlyList<LayerEntry> Entries => _entries;

    /// <summary>Sorts the entries and adds the parent directories that are missing. Of two entries of one path the later wins.</summary>
    public static LayerIndex Of(IEnumerable<LayerEntry> entries)
    {
        var byPath = new Dictionary<string, LayerEntry>(StringComparer.Ordinal);
        foreach (LayerEntry entry in entries)
        {
            byPath[entry.Path] = entry;
        }

        foreach (string path in byPath.Keys.ToArray())
        {
            for (string parent = LayerPath.ParentOf(path); parent.Length > 0 && !byPath.ContainsKey(parent); parent = LayerPath.ParentOf(parent))
            {
                byPath.Add(parent, Implied(parent));
            }
        }

        return OfSorted([.. byPath.Values.OrderBy(entry => entry.Path, LayerPath.Order)]);
    }

    public bool TryGet(string path, [NotNullWhen(true)] out LayerEntry? entry)
    {
        bool found = _positions.TryGetValue(path, out int position);
        entry = found ? _entries[position] : null;
        return found;
    }

    /// <summary>What lies directly in the directory, in order.</summary>
    public IEnumerable<LayerEntry> Children(string directory)
    {
        (int i, int end) = RangeBelow(directory);
        for (; i < end; i = _ends[i])
        {
            yield return _entries[i];
        }
    }

    /// <summary>The path's own entry, if there is one, and all that lies below it, in order.</summary>
    public IReadOnlyList<LayerEntry> Subtree(string path)
    {
        (int start, int end) = RangeBelow(path);
        start = _positions.ContainsKey(path) ? start - 1 : start;
        return new ArraySegment<LayerEntry>(_entries, start, end - start);
    }

    internal static LayerIndex OfSorted(LayerEntry[] entries) => new(entries);

    internal static LayerEntry Implied(string path) => new() { Path = path, Kind = LayerEntryKind.Directory, Mode = 0x1ED, ModifiedSeconds = LayerWriterOptions.DefaultTimestamp, IsImplied = true };

    private (int Start, int End) RangeBelow(string directory)
    {
        if (_positions.TryGetValue(directory, out int position))
        {
            return (position + 1, _ends[position]);
        }

        return directory.Length == 0 ? (0, _entries.Length) : (0, 0);
    }
}
