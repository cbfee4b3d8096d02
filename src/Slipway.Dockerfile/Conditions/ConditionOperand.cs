namespace Slipway.Dockerfile;

/// <summary>A word of a condition: unexpanded, with quotes.</summary>
internal sealed record ConditionOperand(string Text, int Start, char EscapeCharacter)
{
    public bool IsQuoted => Text.StartsWith('"') || Text.StartsWith('\'');

    public string Expand(Func<string, string?> lookup) => new WordExpander(EscapeCharacter).Expand(Text, lookup);

    public string ExpandRegex(Func<string, string?> lookup) =>
        IsQuoted ? Expand(lookup) : new WordExpander(EscapeCharacter).ExpandRegex(Text, lookup);

    public void Visit(Func<string, string?> lookup)
    {
        try
        {
            Expand(lookup);
        }
        catch (ExpansionException)
        {
            // Only the names are of interest here; Evaluate reports the mistake.
        }
    }

    public override string ToString() => Text;
}
