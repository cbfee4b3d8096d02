using System.Globalization;
using System.Text.RegularExpressions;

namespace Slipway.Dockerfile;

/// <summary>The word of STOPSIGNAL.</summary>
public static partial class StopSignal
{
    private static readonly string[] Names =
    [
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF",
        "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2",
        "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
    ];

    /// <summary>Accepts a number or a name with or without SIG, and gives back what was written.</summary>
    /// <exception cref="FormatException">No such signal.</exception>
    public static string Parse(string value)
    {
        string name = value.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        bool isKnown = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number is > 0 and <= 64
            : Names.Contains(name) || RealTime().IsMatch(name);
        return isKnown ? value : throw new FormatException($"invalid signal: {value}{DidYouMean.Of(name, Names)}");
    }

    [GeneratedRegex(@"^(RTMIN\+([1-9]|1[0-5])|RTMAX-([1-9]|1[0-4]))$", RegexOptions.CultureInvariant)]
    private static partial Regex RealTime();
}
