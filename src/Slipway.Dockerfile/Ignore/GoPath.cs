namespace Slipway.Dockerfile;

/// <summary>Slash-separated paths with the rules of Go's path package, which the language's paths follow.</summary>
public static class GoPath
{
    /// <summary>The shortest path that means the same: no <c>.</c>, no <c>//</c>, <c>..</c> resolved as far as it goes; <c>.</c> for nothing.</summary>
    public static string Clean(string path)
    {
        bool isRooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (!isRooted)
            {
                parts.Add(part);
            }
        }

        string joined = string.Join('/', parts);
        return isRooted ? "/" + joined : joined.Length == 0 ? "." : joined;
    }
}
