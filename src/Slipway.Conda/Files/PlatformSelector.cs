using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Files;

/// <summary>
/// The conditions of <c>environment.yml</c>: behind a line as <c># [linux and x86_64]</c>, or as a key <c>sel(linux)</c> (CEP 24, "Preprocessing selectors").
/// <c>not</c> is understood besides <c>and</c> and <c>or</c>, because people write it.
/// </summary>
public static partial class PlatformSelector
{
    /// <summary>What <c>sel(…)</c> may ask about.</summary>
    public static IReadOnlyList<string> Systems { get; } = ["unix", "linux", "osx", "win"];

    private static readonly string[] s_variables =
    [
        "unix", "linux", "osx", "win", "x86", "x86_64", "x64", "linux32", "linux64", "osx64", "win32", "win64", "aarch64", "arm64", "armv6l", "armv7l", "ppc64le", "s390x",
    ];

    /// <summary>The condition behind a line, without its brackets; null when the line has none. A comment that goes on after the bracket is only a comment.</summary>
    public static string? OfLine(ReadOnlySpan<char> line) => LineComment().Match(line.ToString()) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Whether a condition holds for a platform such as <c>linux-64</c>.</summary>
    /// <exception cref="FormatException">It is no condition; the message says why.</exception>
    public static bool Holds(string condition, string subdir)
    {
        var reading = new Reading(Word().Matches(condition).Select(m => m.Value).ToArray(), subdir, condition);
        return reading.Whole();
    }

    /// <summary>Whether a text is made only of the words of conditions, so that it was meant as one.</summary>
    public static bool IsMeant(string condition) => Word().Matches(condition).All(m => m.Value is "and" or "or" or "not" or "(" or ")" || s_variables.Contains(m.Value));

    private static bool Value(string variable, string subdir)
    {
        (string system, string machine) = subdir.Split('-') is [var s, var m] ? (s, m) : (subdir, "");
        bool x64 = machine == "64";
        return variable switch
        {
            "unix" => system is "linux" or "osx",
            "linux" or "osx" or "win" => system == variable,
            "x86_64" or "x64" => x64,
            "x86" => x64 || machine == "32",
            "linux64" or "osx64" or "win64" => x64 && system == variable[..^2],
            "linux32" or "win32" => machine == "32" && system == variable[..^2],
            "aarch64" or "armv6l" or "armv7l" or "ppc64le" or "s390x" => machine == variable,
            "arm64" => machine == "arm64",
            _ => throw new FormatException($"\"{variable}\" is no property of a platform"
                + (Suggestion.Nearest(variable, s_variables) is { } near ? $"; did you mean {near}?" : $"; there are {string.Join(", ", s_variables)}")),
        };
    }

    [GeneratedRegex(@"(?:^|\s)#\s*\[([^\[\]]+)\]\s*$")]
    private static partial Regex LineComment();

    [GeneratedRegex(@"\w+|[^\w\s]")]
    private static partial Regex Word();

    /// <summary>or := and { "or" and }; and := one { "and" one }; one := "not" one | "(" or ")" | variable.</summary>
    private sealed class Reading(string[] words, string subdir, string text)
    {
        private int _at;

        public bool Whole()
        {
            bool value = Or();
            return _at == words.Length ? value : throw new FormatException($"\"{text}\" is no condition: \"{words[_at]}\" is not expected there");
        }

        private bool Or()
        {
            bool value = And();
            while (Take("or"))
            {
                value |= And();
            }

            return value;
        }

        private bool And()
        {
            bool value = One();
            while (Take("and"))
            {
                value &= One();
            }

            return value;
        }

        private bool One()
        {
            if (Take("not"))
            {
                return !One();
            }

            if (Take("("))
            {
                bool value = Or();
                return Take(")") ? value : throw new FormatException($"\"{text}\" lacks a closing parenthesis");
            }

            return _at < words.Length ? Value(words[_at++], subdir) : throw new FormatException($"\"{text}\" ends where a property of a platform is expected");
        }

        private bool Take(string word)
        {
            bool there = _at < words.Length && words[_at] == word;
            _at += there ? 1 : 0;
            return there;
        }
    }
}
