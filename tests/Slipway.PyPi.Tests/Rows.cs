using System.Text.Json;

namespace Slipway.PyPi.Tests;

/// <summary>What tests over conformance rows share.</summary>
internal static class Rows
{
    /// <summary>Fails with the first lines of what is wrong, which the usual assertion cuts short.</summary>
    public static void None(IEnumerable<string> wrong)
    {
        string[] lines = [.. wrong];
        Assert.True(lines.Length == 0, $"{lines.Length} rows are wrong:\n" + string.Join('\n', lines.Take(30)));
    }

    public static string Text(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    public static string? TextOrNull(this JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool? FlagOrNull(this JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    public static string[] Texts(this JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(v => v.GetString()!)];
}
