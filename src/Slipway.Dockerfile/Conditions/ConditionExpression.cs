namespace Slipway.Dockerfile;

/// <summary>
/// The condition of an IF: comparisons (<c>==</c>, <c>!=</c>, <c>=~</c>), <c>defined(NAME)</c> and words that are true or false,
/// joined by <c>&amp;&amp;</c>, <c>||</c>, <c>!</c> and parentheses.
/// </summary>
public abstract record ConditionExpression
{
    /// <exception cref="ConditionException">The text is no condition; the exception says what was expected where.</exception>
    public static ConditionExpression Parse(string text, char escapeCharacter) => new ConditionParser(text, escapeCharacter).Parse();

    /// <param name="lookup">The value of a name, or null when it is unset.</param>
    /// <exception cref="ConditionException">A word alone is neither true nor false, or a regular expression is malformed.</exception>
    /// <exception cref="ExpansionException">A word cannot be expanded.</exception>
    public abstract bool Evaluate(Func<string, string?> lookup);

    /// <summary>The condition with the values it sees, such as <c>${A} == "y", where A is "x"</c>.</summary>
    public string Explain(Func<string, string?> lookup)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Visit(name =>
        {
            string? value = lookup(name);
            values[name] = value is null ? $"{name} is not set" : $"{name} is \"{value}\"";
            return value;
        });
        return values.Count == 0 ? ToString() : $"{this}, where {string.Join(" and ", values.Values)}";
    }

    /// <summary>Looks up every name of the condition, also those an evaluation would not reach.</summary>
    internal abstract void Visit(Func<string, string?> lookup);
}

/// <summary>A condition that cannot be parsed or evaluated.</summary>
public sealed class ConditionException(string message, int start = 0, int length = 0) : Exception(message)
{
    /// <summary>Where in the condition's text, counted from 0.</summary>
    public int Start { get; } = start;

    public int Length { get; } = length;
}
