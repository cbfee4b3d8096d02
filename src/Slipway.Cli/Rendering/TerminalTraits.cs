namespace Slipway.Cli.Rendering;

/// <summary>What the environment says about the terminal.</summary>
internal static class TerminalTraits
{
    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>Colours are used on a terminal, unless <c>NO_COLOR</c> is set to anything (no-color.org) or the terminal is dumb.</summary>
    public static bool Colour(Func<string, string?> environment, bool isTerminal) =>
        isTerminal && string.IsNullOrEmpty(environment("NO_COLOR")) && !IsDumb(environment);

    /// <summary>Whether the cursor cannot be moved.</summary>
    public static bool IsDumb(Func<string, string?> environment) => environment("TERM") is null or "" or "dumb";

    /// <summary>The first of LC_ALL, LC_CTYPE, LANG that is set decides (locale(7)).</summary>
    public static bool Unicode(Func<string, string?> environment)
    {
        string? locale = LocaleVariables.Select(environment).FirstOrDefault(v => !string.IsNullOrEmpty(v));
        return locale is not null
            && (locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase));
    }
}
