using Slipway.Foundation.Text;

namespace Slipway.Foundation.Yaml;

/// <summary>
/// The fields of a map whose keys are known beforehand. Everything that is not as expected becomes a diagnostic with its place, so that one reading tells all mistakes;
/// the field then counts as not written.
/// </summary>
public sealed class YamlFields
{
    private readonly SourceText _source;
    private readonly ICollection<Diagnostic> _problems;
    private readonly Dictionary<string, YamlEntry> _entries = new(StringComparer.Ordinal);

    /// <param name="source">The text.</param>
    /// <param name="map">The map.</param>
    /// <param name="what">What the map is, for messages: <c>a registry</c>.</param>
    /// <param name="known">All keys it may have.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public YamlFields(SourceText source, YamlMap map, string what, IReadOnlyList<string> known, ICollection<Diagnostic> problems)
    {
        (_source, _problems) = (source, problems);
        foreach (YamlEntry entry in map.Entries)
        {
            string key = entry.Key.Value;
            if (!known.Contains(key))
            {
                Report("unknown-key", $"'{key}' is no key of {what}", entry.Key,
                    Suggestion.Nearest(key, known) is { } near ? $"did you mean '{near}'?" : $"it may have {string.Join(", ", known)}");
            }
            else if (!_entries.TryAdd(key, entry))
            {
                Report("duplicate-key", $"'{key}' is there twice", entry.Key, "keep one of them");
            }
        }
    }

    /// <summary>A field as it stands; null when it is not there or holds nothing.</summary>
    public YamlNode? Node(string key) => _entries.TryGetValue(key, out YamlEntry? entry) && entry.Value is not YamlScalar { IsNull: true } ? entry.Value : null;

    /// <summary>A single value.</summary>
    public YamlScalar? Scalar(string key, string expected) => Expect<YamlScalar>(key, expected);

    /// <summary>A list.</summary>
    public YamlList? List(string key, string expected) => Expect<YamlList>(key, expected);

    /// <summary>A switch: <c>true</c> or <c>false</c>; false when it is not there.</summary>
    public bool Flag(string key)
    {
        YamlScalar? scalar = Expect<YamlScalar>(key, "true or false");
        switch (scalar?.Value)
        {
            case "true" or "True" or "TRUE":
                return true;
            case null or "false" or "False" or "FALSE":
                return false;
            default:
                Report("bad-value", $"'{key}' is true or false, not '{scalar.Value}'", scalar, "write true or false");
                return false;
        }
    }

    /// <summary>Reports a mistake at a node.</summary>
    public void Report(string code, string message, YamlNode node, string? help = null) =>
        _problems.Add(new Diagnostic(Severity.Error, code, message, _source, node.Span, help));

    private T? Expect<T>(string key, string expected)
        where T : YamlNode
    {
        YamlNode? node = Node(key);
        if (node is not null and not T)
        {
            Report("wrong-kind", $"'{key}' has {node.Kind} where {expected} is expected", _entries[key].Key, $"write {key}: and {expected}");
        }

        return node as T;
    }
}
