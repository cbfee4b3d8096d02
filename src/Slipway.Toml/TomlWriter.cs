using System.Globalization;
using System.Text;

namespace Slipway.Toml;

/// <summary>
/// Writes TOML in one form: the values of a table before its tables, tables that are not inline below headers, arrays of tables in brackets with one table a line. The same values give
/// the same bytes, and a change of one value changes one line.
/// </summary>
public static class TomlWriter
{
    private const int LineWidth = 100;

    /// <summary>The text of a document; it ends in a line feed unless it is empty.</summary>
    public static string Write(TomlTable document)
    {
        var text = new StringBuilder();
        Body(text, document, "");
        return text.ToString();
    }

    /// <summary>A key as it is written: without quotes where TOML allows it.</summary>
    public static string Key(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? key : Quoted(key);

    private static void Body(StringBuilder text, TomlTable table, string path)
    {
        foreach (TomlEntry entry in table.Entries.Where(e => !HasHeader(e.Value)))
        {
            string key = Key(entry.Key.Text) + " = ";
            text.Append(key).Append(Value(entry.Value, LineWidth - key.Length)).Append('\n');
        }

        foreach (TomlEntry entry in table.Entries.Where(e => HasHeader(e.Value)))
        {
            string name = path + Key(entry.Key.Text);
            foreach (TomlTable below in entry.Value is TomlTable one ? [one] : ((TomlArray)entry.Value).Items.Cast<TomlTable>())
            {
                // A table that has only tables is named by them.
                if (entry.Value is TomlArray || below.Entries.Count == 0 || below.Entries.Any(e => !HasHeader(e.Value)))
                {
                    text.Append(text.Length > 0 ? "\n" : "").Append(entry.Value is TomlArray ? $"[[{name}]]\n" : $"[{name}]\n");
                }

                Body(text, below, name + ".");
            }
        }
    }

    private static bool HasHeader(TomlValue value) => value is TomlTable { IsInline: false }
        || (value is TomlArray { Items.Count: > 0 } array && array.Items.All(i => i is TomlTable { IsInline: false }));

    private static string Value(TomlValue value, int width) => value switch
    {
        TomlString text => Quoted(text.Value),
        TomlInteger number => number.Value.ToString(CultureInfo.InvariantCulture),
        TomlFloat number => Float(number.Value),
        TomlBoolean flag => flag.Value ? "true" : "false",
        TomlOffsetDateTime time => Local(time.Local) + Offset(time.Offset),
        TomlLocalDateTime time => Local(time.Value),
        TomlLocalDate date => date.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TomlLocalTime time => time.Value.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        TomlArray array => Array(array, width),
        TomlTable table => table.Entries.Count == 0 ? "{}" : "{ " + string.Join(", ", table.Entries.Select(e => $"{Key(e.Key.Text)} = {Value(e.Value, int.MaxValue)}")) + " }",
        _ => throw new InvalidOperationException($"{value.Kind} cannot be written."),
    };

    private static string Array(TomlArray array, int width)
    {
        string line = "[" + string.Join(", ", array.Items.Select(i => Value(i, int.MaxValue))) + "]";
        bool one = width == int.MaxValue || (line.Length <= width && !array.Items.Any(i => i is TomlTable)) || array.Items.Count == 0;
        return one ? line : "[\n" + string.Concat(array.Items.Select(i => $"    {Value(i, int.MaxValue)},\n")) + "]";
    }

    private static string Float(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    private static string Local(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static string Offset(TimeSpan offset) =>
        offset == TimeSpan.Zero ? "Z" : (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hh\\:mm", CultureInfo.InvariantCulture);

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' or '\u007F' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }
}
