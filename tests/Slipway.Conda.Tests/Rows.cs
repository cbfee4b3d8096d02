using System.Text.Json;

namespace Slipway.Conda.Tests;

internal static class Rows
{
    public static string Text(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    public static string? TextOrNull(this JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
