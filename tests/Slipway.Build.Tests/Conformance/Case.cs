using System.Text.Json;

namespace Slipway.Build.Tests.Conformance;

/// <summary>One row of a conformance file; prints as its id.</summary>
public sealed class Case(JsonElement row)
{
    public static IEnumerable<TheoryDataRow<Case>> Of(string file) =>
        Testing.Conformance.Rows($"dockerfile/{file}")
            .Select(row => new Case(row))
            .Where(c => !KnownDeviations.Reasons.ContainsKey(c.ToString()))
            .Select(c => new TheoryDataRow<Case>(c));

    public JsonElement Row { get; } = row;

    public bool MustFail => Has("error");

    public bool Has(string name) => Row.TryGetProperty(name, out _);

    public string Text(string name) => Row.GetProperty(name).GetString()!;

    /// <summary>A list of texts; one text is a list of one, none an empty list.</summary>
    public IReadOnlyList<string> Texts(string name) => !Row.TryGetProperty(name, out JsonElement value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(e => e.GetString()!)] : [value.GetString()!];

    /// <summary>The builds one after another; a row without steps is one build.</summary>
    public IEnumerable<JsonElement> Steps() => Row.TryGetProperty("steps", out JsonElement steps) ? steps.EnumerateArray() : [Row];

    public override string ToString() => Text("id");
}
