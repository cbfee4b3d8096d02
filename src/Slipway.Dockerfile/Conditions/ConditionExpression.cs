namespace Slipway.Dockerfile;

/// <summary>The condition of an IF.</summary>
public abstract record ConditionExpression
{
    /// <exception cref="FormatException">The message says what was expected where.</exception>
    public static ConditionExpression Parse(string text) => throw new NotImplementedException();

    /// <param name="lookup">The value of a name, or null when it is unset.</param>
    public abstract bool Evaluate(Func<string, string?> lookup);

    /// <summary>The condition with the values it saw, such as <c>${A} ("x") == "y"</c>.</summary>
    public abstract string Explain(Func<string, string?> lookup);
}
