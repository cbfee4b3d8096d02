using Slipway.Foundation.Text;

namespace Slipway.Lint;

internal sealed class UndefinedArgInFrom() : LintRule(nameof(UndefinedArgInFrom), "FROM command must use declared ARGs")
{
    public override void CheckFrom(FromFacts from, LintCollector found)
    {
        foreach (string name in from.Image.Unmatched.Concat(from.Platform?.Unmatched ?? new HashSet<string>()).Except(from.KnownNames))
        {
            string hint = Suggestion.Nearest(name, from.KnownNames) is { } near ? $" (did you mean {near}?)" : "";
            found.Add(this, from.From, $"FROM argument '{name}' is not declared{hint}");
        }
    }
}
