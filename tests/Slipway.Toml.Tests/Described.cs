using System.Globalization;
using Slipway.Foundation.Text;

namespace Slipway.Toml.Tests;

/// <summary>Values as a short text, without places, so that a row of a test can name what is expected.</summary>
internal static class Described
{
    /// <summary>What a valid document says.</summary>
    public static string Document(string text)
    {
        List<Diagnostic> problems = [];
        TomlTable table = TomlText.Read(new SourceText("test.toml", text), problems);
        Assert.True(problems.Count == 0, string.Join('\n', problems) + "\nin\n" + text);
        return Value(table);
    }

    /// <summary>What is wrong with a document.</summary>
    public static IReadOnlyList<Diagnostic> Problems(string text)
    {
        List<Diagnostic> problems = [];
        TomlText.Read(new SourceText("test.toml", text), problems);
        return problems;
    }

    public static string Value(TomlValue value, bool sorted = false) => value switch
    {
        TomlString text => "'" + text.Value.Replace("\n", "⏎", StringComparison.Ordinal).Replace("\t", "⇥", StringComparison.Ordinal) + "'",
        TomlInteger number => number.Value.ToString(CultureInfo.InvariantCulture),
        TomlFloat number => number.Value.ToString("R", CultureInfo.InvariantCulture) + "f",
        TomlBoolean flag => flag.Value ? "true" : "false",
        TomlOffsetDateTime time => time.Local.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + (time.Offset < TimeSpan.Zero ? "-" : "+") + time.Offset.ToString("hh\\:mm", CultureInfo.InvariantCulture),
        TomlLocalDateTime time => time.Value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        TomlLocalDate date => date.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TomlLocalTime time => time.Value.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        TomlArray array => "[" + string.Join(' ', array.Items.Select(i => Value(i, sorted))) + "]",
        TomlTable table => "{" + string.Join(' ', (sorted ? table.Entries.OrderBy(e => e.Key.Text, StringComparer.Ordinal) : table.Entries.AsEnumerable()).Select(e => $"{e.Key.Text}:{Value(e.Value, sorted)}")) + "}",
        _ => throw new InvalidOperationException(value.Kind),
    };
}
