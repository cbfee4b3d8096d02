namespace Slipway.Dockerfile;

/// <summary>The text of a <c>.dockerignore</c>.</summary>
public static class IgnoreFile
{
    /// <summary>The patterns, comments and empty lines dropped, cleaned as its rules say.</summary>
    public static IReadOnlyList<string> Parse(string content)
    {
        var patterns = new List<string>();
        foreach (ReadOnlySpan<char> line in content.AsSpan().TrimStart('\uFEFF').EnumerateLines())
        {
            // A comment starts in the first column: " #x" is a pattern.
            string pattern = line.StartsWith("#") ? "" : line.Trim().ToString();
            if (pattern.Length > 0)
            {
                patterns.Add(pattern[0] == '!' ? "!" + Clean(pattern[1..].Trim()) : Clean(pattern));
            }
        }

        return patterns;
    }

    private static string Clean(string pattern)
    {
        if (pattern.Length == 0)
        {
            return pattern;
        }

        string clean = GoPath.Clean(pattern);
        return clean.Length > 1 && clean[0] == '/' ? clean[1..] : clean;
    }
}
