using Slipway.Foundation.Text;

namespace Slipway.Toml;

/// <summary>How a table came to be; it decides what may still be added (TOML 1.0, "Table" and "Inline Table").</summary>
internal enum TableOrigin
{
    /// <summary>Only named on the way to another: <c>a</c> of <c>[a.b]</c>.</summary>
    Passed,

    /// <summary>By a header of its own, or an element of an array of tables.</summary>
    Header,

    /// <summary>By a dotted key.</summary>
    Dotted,

    /// <summary>In braces: complete.</summary>
    Inline,
}

/// <summary>A table while it is read.</summary>
internal sealed class TableNode(TextSpan span, TableOrigin origin, int depth)
{
    private readonly List<(TomlKey Key, object Value)> _entries = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public TableOrigin Origin { get; set; } = origin;

    public TextSpan Span { get; set; } = span;

    /// <summary>How many tables and arrays it stands in.</summary>
    public int Depth => depth;

    /// <summary>A <see cref="TableNode"/>, a <see cref="TableArray"/> or a <see cref="TomlValue"/>; null when the key is not there.</summary>
    public object? this[string key] => _places.TryGetValue(key, out int place) ? _entries[place].Value : null;

    /// <summary>Where a key was written first.</summary>
    public TextSpan KeySpan(string key) => _entries[_places[key]].Key.Span;

    public void Add(TomlKey key, object value)
    {
        _places.Add(key.Text, _entries.Count);
        _entries.Add((key, value));
    }

    public TomlTable ToTable() => new(Span, [.. _entries.Select(e => new TomlEntry(e.Key, Value(e.Value)))], Origin == TableOrigin.Inline);

    private static TomlValue Value(object value) => value switch
    {
        TableNode table => table.ToTable(),
        TableArray array => new TomlArray(array.Tables[0].Span, [.. array.Tables.Select(t => t.ToTable())]),
        _ => (TomlValue)value,
    };
}

/// <summary>An array of tables while it is read; it has at least one.</summary>
internal sealed class TableArray
{
    public List<TableNode> Tables { get; } = [];
}
