using System.Text.Json;
using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary><c># name=value</c> at the top of the file; the name in lower case.</summary>
public sealed partial record Directive(string Name, string Value, int Line, TextSpan Span)
{
    /// <summary>The names there are; any other ends the search.</summary>
    internal static readonly string[] Known = ["syntax", "escape", "check"];

    /// <summary>The value up to the first space: what <c># syntax=</c> names.</summary>
    public string FirstWord => Value.Split(' ', 2)[0];

    /// <summary>
    /// Finds a directive at the top of a text. A first line that starts with <c>#!</c> is passed over.
    /// <c>syntax</c> may also be written as <c>// syntax=</c> or as a member of a JSON object.
    /// </summary>
    public static Directive? Find(string name, string text)
    {
        int start = text.StartsWith('\uFEFF') ? 1 : 0;
        int line = 1;
        if (text.AsSpan(start).StartsWith("#!"))
        {
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            start = end < 0 ? text.Length : end + 1;
            line = 2;
        }

        return FindAfter("#", name, text, start, line)
            ?? (name != "syntax" ? null : FindAfter("//", name, text, start, line) ?? FindInJson(name, text, start, line));
    }

    /// <summary>Reads one line without its line end; null when it is no directive.</summary>
    internal static Directive? Read(string line, string comment, int number, int offset)
    {
        if (!line.StartsWith(comment, StringComparison.Ordinal))
        {
            return null;
        }

        Match match = Form().Match(line[comment.Length..].Trim());
        string name = match.Groups[1].Value.ToLowerInvariant();
        return match.Success && Known.Contains(name)
            ? new Directive(name, match.Groups[2].Value, number, new TextSpan(offset, line.Length))
            : null;
    }

    private static Directive? FindAfter(string comment, string name, string text, int start, int number)
    {
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            int stop = end < 0 ? text.Length : end;
            Directive? found = Read(text[start..stop].TrimEnd('\r'), comment, number, start);
            if (found is null || found.Name == name)
            {
                return found;
            }

            start = stop + 1;
            number++;
        }

        return null;
    }

    private static Directive? FindInJson(string name, string text, int start, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(text.AsMemory(start));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? new Directive(name, value.GetString()!, number, new TextSpan(start, 0))
                : null;
        }
        catch (JsonException)
        {
            return null; // Not JSON: an ordinary Dockerfile
        }
        catch (InvalidOperationException)
        {
            return null; // A string with half a surrogate pair
        }
    }

    [GeneratedRegex(@"^([a-zA-Z][a-zA-Z0-9]*)\s*=(?>\s*)(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
