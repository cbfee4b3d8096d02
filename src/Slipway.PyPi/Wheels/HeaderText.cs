namespace Slipway.PyPi.Wheels;

/// <summary>Reads single fields of files in the form of mail headers.</summary>
internal static class HeaderText
{
    /// <summary>The first value of a field; null without one.</summary>
    internal static string? ValueOf(string text, string key)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && string.Equals(line[..colon].Trim(), key, StringComparison.OrdinalIgnoreCase))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }
}
