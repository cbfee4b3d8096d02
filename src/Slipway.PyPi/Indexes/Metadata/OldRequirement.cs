using System.Text.RegularExpressions;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Indexes.Metadata;

/// <summary>Reads requirements as published metadata have them: older tools let through what is no requirement (PEP 508), and meant something by it.</summary>
internal static partial class OldRequirement
{
    /// <exception cref="FormatException">It cannot be understood.</exception>
    public static Requirement Parse(string text)
    {
        if (Requirement.TryParse(text, out Requirement? requirement, out RequirementSyntaxException? problem))
        {
            return requirement;
        }

        string repaired = Repair(text);
        return repaired != text && Requirement.TryParse(repaired, out requirement)
            ? requirement
            : throw new FormatException($"the requirement \"{text}\" cannot be understood: {problem.Message}");
    }

    /// <summary>A text with the known mistakes mended, in its part before the marker.</summary>
    public static string Repair(string text)
    {
        int marker = text.IndexOf(';');
        string part = marker < 0 ? text : text[..marker], rest = marker < 0 ? "" : text[marker..];
        part = MissingComma().Replace(part, "$1,"); // >=1.0<2.0
        part = WildcardBound().Replace(part, "$1"); // >=1.0.*
        part = SpaceInOperator().Replace(part, "$1$2"); // > = 1.0
        part = StrayQuotes().Replace(part, "$1"); // >='1.0'
        part = UselessComma().Replace(part, "$1"); // >=1.0,
        return part + rest;
    }

    [GeneratedRegex(@"((?:[<>~]=?|[!=]=)\s*[\w.*+!-]*[\w*])\s*(?=[<>~]=?\s*\d|[!=]=\s*\d)", RegexOptions.CultureInvariant)]
    private static partial Regex MissingComma();

    [GeneratedRegex(@"((?:>=|<=|>|<|~=)\s*\d+(?:\.\d+)*)\.\*", RegexOptions.CultureInvariant)]
    private static partial Regex WildcardBound();

    [GeneratedRegex(@"([<>~!=])\s+(=)", RegexOptions.CultureInvariant)]
    private static partial Regex SpaceInOperator();

    [GeneratedRegex(@"['""]\s*([\w.*+!-]+)\s*['""]", RegexOptions.CultureInvariant)]
    private static partial Regex StrayQuotes();

    [GeneratedRegex(@",\s*(\)|\s*$)", RegexOptions.CultureInvariant)]
    private static partial Regex UselessComma();
}
