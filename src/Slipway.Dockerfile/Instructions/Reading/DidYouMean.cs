using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

internal static class DidYouMean
{
    /// <summary><c> (did you mean x?)</c>, or nothing when no candidate is near. The beginning of a name is near it.</summary>
    public static string Of(string word, IReadOnlyCollection<string> candidates)
    {
        string? nearest = Suggestion.Nearest(word, candidates)
            ?? (word.Length > 1 ? candidates.FirstOrDefault(c => c.StartsWith(word, StringComparison.OrdinalIgnoreCase)) : null);
        return nearest is null ? "" : $" (did you mean {nearest}?)";
    }
}
