namespace Slipway.Dockerfile;

/// <summary>Says whether the patterns of an ignore file leave a path out. Patterns are compiled once; it can be shared between threads.</summary>
public sealed class IgnoreMatcher
{
    private readonly IgnorePattern[] _patterns;

    /// <param name="patterns">In the order of the file: the last one that matches counts.</param>
    /// <exception cref="FormatException">A pattern is malformed.</exception>
    public IgnoreMatcher(IReadOnlyList<string> patterns)
    {
        Patterns = patterns;
        _patterns = [.. patterns.Select(p => p.Trim()).Where(p => p.Length > 0).Select(p => new IgnorePattern(GoPath.Clean(p)))];
        HasExceptions = _patterns.Any(p => p.IsException);
    }

    /// <summary>A matcher that leaves nothing out.</summary>
    public static IgnoreMatcher None { get; } = new([]);

    public IReadOnlyList<string> Patterns { get; }

    /// <summary>Some pattern starts with <c>!</c>.</summary>
    public bool HasExceptions { get; }

    /// <summary>The path is left out: by itself or because a directory above it is, and no later <c>!</c> pattern takes it back.</summary>
    /// <param name="path">Relative to the context, with slashes and clean.</param>
    public bool Matches(string path)
    {
        if (path == ".")
        {
            return false;
        }

        bool isIgnored = false;
        foreach (IgnorePattern pattern in _patterns)
        {
            // Only a pattern that would change the answer needs to be asked.
            if (pattern.IsException == isIgnored && pattern.IsMatchOrParent(path))
            {
                isIgnored = !isIgnored;
            }
        }

        return isIgnored;
    }

    /// <summary>The directory is left out and no <c>!</c> pattern can match below it: a walk need not enter it.</summary>
    public bool CanPrune(string directory) =>
        Matches(directory) && !(HasExceptions && _patterns.Any(p => p.IsException && p.CanMatchBelow(directory)));
}
