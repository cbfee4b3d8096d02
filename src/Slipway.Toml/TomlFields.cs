using Slipway.Foundation.Text;

namespace Slipway.Toml;

/// <summary>
/// The fields of a table whose keys have known kinds. Everything that is not as expected becomes a diagnostic with its place, so that one reading tells all mistakes;
/// the field then counts as not written.
/// </summary>
/// <param name="source">The text.</param>
/// <param name="table">The table.</param>
/// <param name="name">What it is called in messages: <c>project</c>; empty for the whole file.</param>
/// <param name="problems">Takes what is wrong.</param>
public sealed class TomlFields(SourceText source, TomlTable table, string name, ICollection<Diagnostic> problems)
{
    /// <summary>The table itself.</summary>
    public TomlTable Table => table;

    /// <summary>The place of a field in the file, for messages: <c>project.name</c>.</summary>
    public string PathOf(string key) => name.Length == 0 ? key : $"{name}.{key}";

    /// <summary>Reports keys that are not among the known ones.</summary>
    public void OnlyKnown(IReadOnlyCollection<string> known)
    {
        foreach (TomlKey key in table.Entries.Select(e => e.Key).Where(k => !known.Contains(k.Text)))
        {
            Report("unknown-key", $"'{PathOf(key.Text)}' is not known", key.Span,
                Suggestion.Nearest(key.Text, known) is { } near ? $"did you mean '{near}'?" : $"there are {string.Join(", ", known)}");
        }
    }

    /// <summary>A text; null when it is not there.</summary>
    public TomlString? Text(string key) => Expect<TomlString>(key, "a text");

    /// <summary>A text that must be there.</summary>
    public TomlString? RequiredText(string key) => Required(Text(key), key, "a text");

    /// <summary>A whole number.</summary>
    public TomlInteger? Integer(string key) => Expect<TomlInteger>(key, "a whole number");

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public TomlBoolean? Flag(string key) => Expect<TomlBoolean>(key, "true or false");

    /// <summary>A table.</summary>
    public TomlTable? Inner(string key) => Expect<TomlTable>(key, "a table");

    /// <summary>The fields of a table; null when it is not there.</summary>
    public TomlFields? Fields(string key) => Inner(key) is { } inner ? new TomlFields(source, inner, PathOf(key), problems) : null;

    /// <summary>An array; null when it is not there.</summary>
    public TomlArray? Array(string key) => Expect<TomlArray>(key, "an array");

    /// <summary>The tables of an array; null when it is not there.</summary>
    public IReadOnlyList<TomlFields>? Tables(string key) => Array(key) is { } array
        ? [.. Items<TomlTable>(key, array, "a table").Select(i => new TomlFields(source, i.Item, $"{PathOf(key)}[{i.Index}]", problems))]
        : null;

    /// <summary>The texts of an array; null when it is not there.</summary>
    public IReadOnlyList<TomlString>? Texts(string key) => Array(key) is { } array ? [.. Items<TomlString>(key, array, "a text").Select(i => i.Item)] : null;

    /// <summary>Reports that something must be there when it is not.</summary>
    public T? Required<T>(T? value, string key, string expected)
        where T : class
    {
        if (value is null && table[key] is null)
        {
            Report("missing-key", $"'{PathOf(key)}' is missing", table.Span, $"write {TomlWriter.Key(key)} = and {expected}");
        }

        return value;
    }

    /// <summary>Reports a mistake.</summary>
    public void Report(string code, string message, TextSpan span, string? help = null) =>
        problems.Add(new Diagnostic(Severity.Error, code, message, source, span, help));

    private T? Expect<T>(string key, string expected)
        where T : TomlValue
    {
        TomlValue? value = table[key];
        if (value is not null and not T)
        {
            Report("wrong-kind", $"'{PathOf(key)}' is {value.Kind} where {expected} is expected", value.Span);
        }

        return value as T;
    }

    private IEnumerable<(int Index, T Item)> Items<T>(string key, TomlArray array, string expected)
        where T : TomlValue
    {
        for (int i = 0; i < array.Items.Count; i++)
        {
            if (array.Items[i] is T item)
            {
                yield return (i, item);
            }
            else
            {
                Report("wrong-kind", $"'{PathOf(key)}[{i}]' is {array.Items[i].Kind} where {expected} is expected", array.Items[i].Span);
            }
        }
    }
}
