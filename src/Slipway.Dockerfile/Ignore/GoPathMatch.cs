namespace Slipway.Dockerfile;

/// <summary>Shell file name patterns with the rules of Go's filepath.Match: <c>*</c> and <c>?</c> never match a slash, <c>[…]</c>, backslash escapes.</summary>
public static class GoPathMatch
{
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    public static bool IsMatch(string pattern, string name) => throw new NotImplementedException();

    /// <summary>The text has a character that makes it a pattern.</summary>
    public static bool HasWildcards(string text) => throw new NotImplementedException();
}
