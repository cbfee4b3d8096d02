namespace Slipway.PyPi.Solving;

/// <summary>Addresses of requirements as they may be shown.</summary>
internal static class SafeUrl
{
    /// <summary>The address without what stands before the host, where people put passwords.</summary>
    public static string Of(string url)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        int path = scheme < 0 ? -1 : url.IndexOfAny(['/', '?', '#'], scheme + 3);
        int at = scheme < 0 ? -1 : url.LastIndexOf('@', path < 0 ? url.Length - 1 : path);
        return at <= scheme ? url : url[..(scheme + 3)] + url[(at + 1)..];
    }
}
