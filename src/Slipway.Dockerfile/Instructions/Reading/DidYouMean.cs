using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

internal static class DidYouMean
{
    /// <summary><c> (did you mean x?)</c>, or nothing when no candidate is near.</summary>
    public static string Of(string word, IEnumerable<string> candidates) =>
        Suggestion.Nearest(word, candidates) is { } nearest ? $" (did you mean {nearest}?)" : "";
}
