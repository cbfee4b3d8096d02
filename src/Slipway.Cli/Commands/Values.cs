using Slipway.Foundation.Text;

namespace Slipway.Cli.Commands;

/// <summary>Reads the values of flags as docker writes them.</summary>
internal static class Values
{
    /// <summary>A size in bytes: <c>64m</c>, <c>1g</c>, <c>1048576</c>, <c>1.5GiB</c>.</summary>
    public static long Size(string flag, string text) => ByteSize.TryParse(text, out long bytes)
        ? bytes
        : throw new UsageException("bad-size", $"{flag} {text}: not a size", "write a number and k, m or g, for example 64m");

    /// <summary>A pair <c>name=value</c>; a name alone takes its value from the environment, and is null when it is not there.</summary>
    public static KeyValuePair<string, string?> Variable(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals >= 0 ? new(text[..equals], text[(equals + 1)..]) : new(text, CliContext.Environment(text));
    }

    /// <summary>A pair that must have a value.</summary>
    public static KeyValuePair<string, string> Pair(string flag, string text, char separator = '=')
    {
        int at = text.IndexOf(separator, StringComparison.Ordinal);
        return at > 0 ? new(text[..at], text[(at + 1)..]) : throw new UsageException("bad-value", $"{flag} {text}: expected NAME{separator}VALUE");
    }
}
