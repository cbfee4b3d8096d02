using System.Text.RegularExpressions;

namespace Slipway.Lint;

internal sealed partial class InvalidDefaultArgInFrom() : LintRule(
    nameof(InvalidDefaultArgInFrom), "Default value for global ARG results in an empty or invalid base image name")
{
    private const int MaximumLength = 512; // a name has at most 255 characters, a tag 128, a digest 135

    public override void CheckFrom(FromFacts from, LintCollector found)
    {
        bool hasVariables = from.Image.Matched.Count + from.Image.Unmatched.Count > 0;
        if (hasVariables && from.DefaultImage is { } image && !IsReference(image.Text))
        {
            found.Add(this, from.From, $"Default value for ARG {from.From.Image} results in empty or invalid base image name");
        }
    }

    private static bool IsReference(string text) => text.Length <= MaximumLength && Reference().IsMatch(text);

    /// <summary>An image reference: registry, path in lower case, tag, digest.</summary>
    [GeneratedRegex(
        @"^(?:(?:localhost|[\w-]+(?:\.[\w-]+)+|[\w-]+(?=:\d)|\[[0-9a-fA-F:]+\])(?::\d+)?/)?"
        + @"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
        + @"(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$",
        RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Reference();
}
