using System.Text;
using System.Text.Json.Nodes;

namespace Slipway.Cli.Rendering.Templates;

/// <summary>
/// Writes a list of things as <c>--format</c> says: <c>json</c> (one object per line), <c>table TEMPLATE</c> with cells between
/// <c>\t</c>, or a template per thing.
/// </summary>
internal static class ListFormat
{
    /// <param name="format">What the user gave.</param>
    /// <param name="items">The things, with all their fields.</param>
    /// <param name="headings">Headings of columns by field; the others are the field's name in upper case.</param>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">The format is wrong.</exception>
    public static string Render(string format, IEnumerable<JsonObject> items, IReadOnlyDictionary<string, string> headings)
    {
        if (format == "json")
        {
            return string.Concat(items.Select(item => TemplateFunctions.Json(item) + "\n"));
        }

        // A shell passes \t and \n as two characters each.
        string text = format.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
        return text == "table" || text.StartsWith("table ", StringComparison.Ordinal)
            ? Table(text["table".Length..].TrimStart(' '), items, headings)
            : Lines(Template.Parse(text), items);
    }

    private static string Lines(Template template, IEnumerable<JsonObject> items)
    {
        var text = new StringBuilder();
        foreach (JsonObject item in items)
        {
            text.Append(template.Fill(item)).Append('\n');
        }

        return text.ToString();
    }

    private static string Table(string text, IEnumerable<JsonObject> items, IReadOnlyDictionary<string, string> headings)
    {
        Template[] columns = [.. text.Split('\t').Select(Template.Parse)];
        string[] titles = [.. columns.Select(column => string.Join(' ', column.TopFields().Select(f => headings.TryGetValue(f, out string? heading) ? heading : f.ToUpperInvariant())))];
        var table = new TableWriter(titles);
        foreach (JsonObject item in items)
        {
            table.Add([.. columns.Select(column => column.Fill(item))]);
        }

        return table.ToString();
    }
}
