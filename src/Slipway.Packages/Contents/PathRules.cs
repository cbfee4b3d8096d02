using System.Buffers;
using System.Text;

namespace Slipway.Packages.Contents;

/// <summary>Which names a package's files may have, beyond being relative.</summary>
public static class PathRules
{
    private const int LongestName = 255, LongestPath = 4095;
    private static readonly SearchValues<char> s_ascii = SearchValues.Create([.. Enumerable.Range(0, 128).Select(c => (char)c)]);

    /// <summary>Whether Linux and the environment's records can hold the path: names of at most 255 bytes, in UTF-8.</summary>
    public static bool IsStorable(string path)
    {
        if (!path.AsSpan().ContainsAnyExcept(s_ascii))
        {
            return path.Length <= LongestPath && HasShortNames(path);
        }

        try
        {
            return new UTF8Encoding(false, true).GetByteCount(path) <= LongestPath && path.Split('/').All(name => Encoding.UTF8.GetByteCount(name) <= LongestName);
        }
        catch (EncoderFallbackException)
        {
            return false; // bytes that were no UTF-8 (PathText)
        }
    }

    private static bool HasShortNames(ReadOnlySpan<char> path)
    {
        foreach (Range part in path.Split('/'))
        {
            if (path[part].Length > LongestName)
            {
                return false;
            }
        }

        return true;
    }
}
