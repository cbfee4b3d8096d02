using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Cli.Rendering.Templates;

/// <summary>The functions of docker's and Go's templates that people use, and Go's way to print values.</summary>
internal static class TemplateFunctions
{
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<string> Names { get; } =
        ["json", "index", "len", "join", "split", "upper", "lower", "title", "print", "println", "truncate", "eq", "ne", "lt", "gt", "not", "and", "or"];

    /// <exception cref="FormatException">The arguments do not suit the function.</exception>
    public static object? Call(string name, IReadOnlyList<object?> arguments) => (name, arguments) switch
    {
        ("json", [var value]) => Json(value),
        ("len", [var value]) => Length(value),
        ("index", [_, ..]) => arguments.Skip(1).Aggregate(arguments[0], Element),
        ("join", [JsonArray items, var separator]) => string.Join(Print(separator), items.Select(item => Print(item))),
        ("split", [var text, var separator]) => new JsonArray([.. Print(text).Split(Print(separator)).Select(part => (JsonNode?)part)]),
        ("upper", [var text]) => Print(text).ToUpperInvariant(),
        ("lower", [var text]) => Print(text).ToLowerInvariant(),
        ("title", [var text]) => Print(text) is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : "",
        ("truncate", [var text, var length]) => Print(text) is var all && Number(length) is var cut && cut < all.Length ? all[..(int)Math.Max(0, cut)] : Print(text),
        ("print", _) => string.Join(' ', arguments.Select(Print)),
        ("println", _) => string.Join(' ', arguments.Select(Print)) + "\n",
        ("eq", [var first, ..]) => arguments.Skip(1).Any(other => Print(first) == Print(other)),
        ("ne", [var a, var b]) => Print(a) != Print(b),
        ("lt", [var a, var b]) => Number(a) < Number(b),
        ("gt", [var a, var b]) => Number(a) > Number(b),
        ("not", [var value]) => !IsTrue(value),
        ("and", [_, ..]) => arguments.FirstOrDefault(value => !IsTrue(value), arguments[^1]),
        ("or", [_, ..]) => arguments.FirstOrDefault(IsTrue, arguments[^1]),
        _ => throw new FormatException($"The function '{name}' does not take these {arguments.Count} values."),
    };

    /// <summary>Go's truth: not zero, not empty.</summary>
    public static bool IsTrue(object? value) => Simple(value) switch
    {
        null or false or "" or 0L or 0.0 => false,
        JsonArray array => array.Count > 0,
        JsonObject map => map.Count > 0,
        _ => true,
    };

    /// <summary>As Go prints: <c>[a b]</c>, <c>map[key:value]</c>, <c>true</c>, and <c>&lt;no value&gt;</c> for nothing.</summary>
    public static string Print(object? value) => Simple(value) switch
    {
        null => "<no value>",
        bool truth => truth ? "true" : "false",
        JsonArray array => $"[{string.Join(' ', array.Select(item => Print(item)))}]",
        JsonObject map => $"map[{string.Join(' ', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{Print(pair.Value)}"))}]",
        var other => other.ToString() ?? "",
    };

    public static string Json(object? value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonOptions))
        {
            switch (value)
            {
                case null:
                    writer.WriteNullValue();
                    break;
                case JsonNode node:
                    node.WriteTo(writer);
                    break;
                case bool truth:
                    writer.WriteBooleanValue(truth);
                    break;
                case long number:
                    writer.WriteNumberValue(number);
                    break;
                case double number:
                    writer.WriteNumberValue(number);
                    break;
                default:
                    writer.WriteStringValue(value.ToString());
                    break;
            }
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static JsonNode? Element(object? container, object? key) => container switch
    {
        JsonArray array => Number(key) is var at && at >= 0 && at < array.Count
            ? array[(int)at]
            : throw new FormatException($"The list has {array.Count} values; there is no index {Print(key)}."),
        JsonObject map => map[Print(key)],
        _ => throw new FormatException("'index' needs a list or a map."),
    };

    private static long Length(object? value) => Simple(value) switch
    {
        JsonArray array => array.Count,
        JsonObject map => map.Count,
        string text => text.Length,
        null => 0,
        _ => throw new FormatException("'len' needs a list, a map or a text."),
    };

    private static double Number(object? value) => Simple(value) switch
    {
        long number => number,
        double number => number,
        var other => throw new FormatException($"'{Print(other)}' is not a number."),
    };

    // A JSON value as the plain value in it.
    private static object? Simple(object? value) => value is not JsonValue json ? value : json.GetValueKind() switch
    {
        JsonValueKind.String => json.GetValue<string>(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => json.TryGetValue(out long whole) ? whole : json.TryGetValue(out int small) ? (long)small : json.GetValue<double>(),
        _ => null,
    };
}
