using System.Text.Json;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile.Tests;

/// <summary>The rows of a conformance file, each a test case named by its id.</summary>
public static class Cases
{
    public static IEnumerable<TheoryDataRow<Case>> Of(string file) =>
        Testing.Conformance.Rows($"dockerfile/{file}")
            .Select(row => new Case(row))
            .Where(c => !KnownDeviations.Reasons.ContainsKey(c.Id))
            .Select(c => new TheoryDataRow<Case>(c));

    public static SourceText Source(string text) => new("Dockerfile", text);
}

/// <summary>One row; prints as its id.</summary>
public sealed class Case(JsonElement row)
{
    public string Id => Text("id");

    public bool MustFail => Has("error") || Has("must_fail");

    public JsonElement Row { get; } = row;

    public bool Has(string name) => Row.TryGetProperty(name, out _);

    public string Text(string name) => Row.GetProperty(name).GetString()!;

    public string? OptionalText(string name) => Row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    public bool Flag(string name) => Row.TryGetProperty(name, out JsonElement value) && value.GetBoolean();

    public List<string> Texts(string name) => [.. Row.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    /// <summary>The parts an error message has to have; none when only the refusal counts.</summary>
    public List<string> ErrorParts()
    {
        if (Row.TryGetProperty("error_contains", out JsonElement parts))
        {
            return parts.ValueKind == JsonValueKind.Array ? Texts("error_contains") : [parts.GetString()!];
        }

        return OptionalText("error_equals") is { } whole ? [whole] : [];
    }

    public override string ToString() => Id;
}
