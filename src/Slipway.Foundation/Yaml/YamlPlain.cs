using System.Text.RegularExpressions;

namespace Slipway.Foundation.Yaml;

/// <summary>Writes single values so that every reader takes them for the same text.</summary>
public static partial class YamlPlain
{
    /// <summary>The text as it is where that is safe, else in single quotes: 3.10 would be a number, no a switch, and 1_0 a number for some.</summary>
    /// <param name="text">One line.</param>
    public static string Write(string text) =>
        Plain().IsMatch(text) && text is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n") ? text
        : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    [GeneratedRegex(@"^(?:[A-Za-z_/.][\w./:@%+~-]*[\w/]|[A-Za-z_]|\d+\.\d+\.\d[\w.]*)$")]
    private static partial Regex Plain();
}
