namespace Slipway.Dockerfile;

/// <summary>Says whether the patterns of an ignore file leave a path out. Patterns are compiled once; matching allocates nothing for plain ones.</summary>
public sealed class IgnoreMatcher
{
    /// <summary>A matcher that leaves nothing out.</summary>
    public static IgnoreMatcher None { get; } = new([]);

    /// <exception cref="FormatException">A pattern is malformed.</exception>
    public IgnoreMatcher(IReadOnlyList<string> patterns) => Patterns = patterns;

    public IReadOnlyList<string> Patterns { get; }

    public bool HasExceptions => throw new NotImplementedException();

    /// <summary>The path is left out: by itself or because a directory above it is, and no later <c>!</c> pattern takes it back.</summary>
    /// <param name="path">Relative to the context, with slashes.</param>
    public bool Matches(string path) => throw new NotImplementedException();

    /// <summary>The directory is left out and no <c>!</c> pattern can match below it: a walk need not enter it.</summary>
    public bool CanPrune(string directory) => throw new NotImplementedException();
}
