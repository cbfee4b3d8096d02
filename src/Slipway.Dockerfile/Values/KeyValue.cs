namespace Slipway.Dockerfile;

/// <summary>The <c>key=value</c> fields of flag values.</summary>
internal static class KeyValue
{
    /// <summary>The parts before and after the first <c>=</c>; the value is null without one.</summary>
    public static (string Key, string? Value) Cut(string field)
    {
        int equals = field.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (field, null) : (field[..equals], field[(equals + 1)..]);
    }

    /// <summary>The words Go takes for booleans.</summary>
    /// <exception cref="FormatException">None of them.</exception>
    public static bool Boolean(string key, string value) => value switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => throw new FormatException($"invalid value for {key}: {value}; true or false was expected"),
    };
}
