using System.Text.RegularExpressions;

namespace Slipway.Dockerfile;

internal sealed record OrCondition(ConditionExpression Left, ConditionExpression Right) : ConditionExpression
{
    public override bool Evaluate(Func<string, string?> lookup) => Left.Evaluate(lookup) || Right.Evaluate(lookup);

    public override string ToString() => $"{Left} || {Right}";

    internal override void Visit(Func<string, string?> lookup)
    {
        Left.Visit(lookup);
        Right.Visit(lookup);
    }
}

internal sealed record AndCondition(ConditionExpression Left, ConditionExpression Right) : ConditionExpression
{
    public override bool Evaluate(Func<string, string?> lookup) => Left.Evaluate(lookup) && Right.Evaluate(lookup);

    public override string ToString() => $"{Grouped(Left)} && {Grouped(Right)}";

    internal override void Visit(Func<string, string?> lookup)
    {
        Left.Visit(lookup);
        Right.Visit(lookup);
    }

    private static string Grouped(ConditionExpression condition) => condition is OrCondition ? $"({condition})" : $"{condition}";
}

internal sealed record NotCondition(ConditionExpression Inner) : ConditionExpression
{
    public override bool Evaluate(Func<string, string?> lookup) => !Inner.Evaluate(lookup);

    public override string ToString() => Inner is WordCondition or DefinedCondition or NotCondition ? $"!{Inner}" : $"!({Inner})";

    internal override void Visit(Func<string, string?> lookup) => Inner.Visit(lookup);
}

/// <summary><c>==</c> and <c>!=</c>. Two words that are true or false in any case compare as booleans, all else exactly.</summary>
internal sealed record EqualityCondition(ConditionOperand Left, ConditionOperand Right, bool IsNegated) : ConditionExpression
{
    public override bool Evaluate(Func<string, string?> lookup)
    {
        string left = Left.Expand(lookup);
        string right = Right.Expand(lookup);
        bool areEqual = bool.TryParse(left, out bool a) && bool.TryParse(right, out bool b)
            ? a == b
            : string.Equals(left, right, StringComparison.Ordinal);
        return areEqual != IsNegated;
    }

    public override string ToString() => $"{Left} {(IsNegated ? "!=" : "==")} {Right}";

    internal override void Visit(Func<string, string?> lookup)
    {
        Left.Visit(lookup);
        Right.Visit(lookup);
    }
}

/// <summary><c>=~</c>: the pattern is found somewhere in the text.</summary>
internal sealed record MatchCondition(ConditionOperand Left, ConditionOperand Pattern) : ConditionExpression
{
    // Linear time whatever the pattern; the timeout is a second fence.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public override bool Evaluate(Func<string, string?> lookup)
    {
        string pattern = Pattern.ExpandRegex(lookup);
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout).IsMatch(Left.Expand(lookup));
        }
        catch (Exception mistake) when (mistake is ArgumentException or NotSupportedException)
        {
            throw new ConditionException($"\"{pattern}\" is no regular expression that can be used here: {mistake.Message}", Pattern.Start, Pattern.Text.Length);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new ConditionException($"matching \"{pattern}\" took too long", Pattern.Start, Pattern.Text.Length);
        }
    }

    public override string ToString() => $"{Left} =~ {Pattern}";

    internal override void Visit(Func<string, string?> lookup)
    {
        Left.Visit(lookup);
        Pattern.Visit(lookup);
    }
}

internal sealed record DefinedCondition(string Name) : ConditionExpression
{
    public override bool Evaluate(Func<string, string?> lookup) => lookup(Name) is not null;

    public override string ToString() => $"defined({Name})";

    internal override void Visit(Func<string, string?> lookup) => lookup(Name);
}

/// <summary>A word alone: true or false in any case; empty is false.</summary>
internal sealed record WordCondition(ConditionOperand Word) : ConditionExpression
{
    public override bool Evaluate(Func<string, string?> lookup)
    {
        string value = Word.Expand(lookup);
        if (value.Length == 0)
        {
            return false;
        }

        return bool.TryParse(value, out bool result)
            ? result
            : throw new ConditionException(
                $"{Word} is \"{value}\", which is neither true nor false; compare it with == or test it with defined(NAME)", Word.Start, Word.Text.Length);
    }

    public override string ToString() => Word.Text;

    internal override void Visit(Func<string, string?> lookup) => Word.Visit(lookup);
}
