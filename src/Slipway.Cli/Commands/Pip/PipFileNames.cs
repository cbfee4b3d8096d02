namespace Slipway.Cli.Commands.Pip;

/// <summary>Tells files by their names.</summary>
internal static class PipFileNames
{
    // No package that is known ends so; those that do were registered for the slip.
    private static readonly string[] s_neverPackages = [".txt", ".toml", ".lock", ".cfg", ".yml", ".yaml"];

    private static readonly string[] s_whenThere = [".in", ".py"];

    /// <summary>Whether a word in place of a package is a file that says which packages are wanted: what <c>-r</c> is for.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isThere">Whether there is such a file.</param>
    public static bool IsMeantAsFile(string word, bool isThere) =>
        !word.Contains('@', StringComparison.Ordinal) && (
            s_neverPackages.Any(e => word.EndsWith(e, StringComparison.OrdinalIgnoreCase))
            || (isThere && (Path.GetFileName(word) is "Pipfile" || s_whenThere.Any(e => word.EndsWith(e, StringComparison.OrdinalIgnoreCase)))));
}
