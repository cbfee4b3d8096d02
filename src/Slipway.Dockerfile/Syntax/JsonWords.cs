using System.Text;
using System.Text.Json;

namespace Slipway.Dockerfile;

internal enum JsonForm
{
    /// <summary>Not a JSON array: the text is of the shell form.</summary>
    None,

    /// <summary>An array of strings.</summary>
    Words,

    /// <summary>An array that holds something else, which is a mistake.</summary>
    NotStrings,
}

/// <summary>The JSON form of arguments: <c>["a", "b"]</c>.</summary>
internal static class JsonWords
{
    /// <summary>Reads the form; the offsets of the words (quotes included) count from the start of <paramref name="text"/>.</summary>
    public static JsonForm TryRead(string text, out IReadOnlyList<(string Value, int Start, int End)> words)
    {
        words = [];
        if (!text.AsSpan().TrimStart().StartsWith("["))
        {
            return JsonForm.None;
        }

        int offset = text.IndexOf('[', StringComparison.Ordinal);
        try
        {
            List<(string, int, int)>? found = Read(text, offset);
            words = found ?? [];
            return found is null ? JsonForm.NotStrings : JsonForm.Words;
        }
        catch (JsonException)
        {
            return JsonForm.None;
        }
        catch (InvalidOperationException)
        {
            return JsonForm.None; // A string with half a surrogate pair
        }
    }

    private static List<(string, int, int)>? Read(string text, int offset)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text[offset..]);
        var reader = new Utf8JsonReader(bytes);
        var words = new List<(string, int, int)>();
        bool onlyStrings = true;
        reader.Read();
        while (reader.Read())
        {
            if (reader is { CurrentDepth: 1, TokenType: JsonTokenType.String })
            {
                int start = offset + Encoding.UTF8.GetCharCount(bytes, 0, (int)reader.TokenStartIndex);
                int end = offset + Encoding.UTF8.GetCharCount(bytes, 0, (int)reader.BytesConsumed);
                words.Add((reader.GetString()!, start, end));
            }
            else if (reader.CurrentDepth > 0)
            {
                onlyStrings = false;
            }
        }

        return onlyStrings ? words : null;
    }
}
