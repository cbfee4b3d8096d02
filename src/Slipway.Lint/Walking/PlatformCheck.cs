using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.Lint;

/// <summary>Says what is wrong with the platform of a FROM.</summary>
internal static partial class PlatformCheck
{
    /// <summary>Null when there is no platform or it is well-formed.</summary>
    public static string? Complaint(FromFacts facts)
    {
        if (facts.Platform is not { } platform)
        {
            return null;
        }

        string written = facts.From.Platform!.Value.Text;
        if (platform.Text.Length == 0)
        {
            return $"empty platform value from expression {written}{Hint(facts)}";
        }

        string? bad = platform.Text.Split('/').FirstOrDefault(c => !Component().IsMatch(c));
        return bad is null
            ? null
            : $"failed to parse platform {written}: \"{bad}\" is an invalid component of \"{platform.Text}\": "
                + $"platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument{Hint(facts)}";
    }

    private static string Hint(FromFacts facts)
    {
        string? near = facts.Platform!.Unmatched.Select(name => Suggestion.Nearest(name, facts.KnownNames)).FirstOrDefault(n => n is not null);
        return near is null ? "" : $" (did you mean {near}?)";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Component();
}
