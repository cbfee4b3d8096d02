namespace Slipway.PyPi.Requirements;

/// <summary>A requirement or a marker that cannot be read.</summary>
/// <param name="message">What is wrong, as a sentence.</param>
/// <param name="position">Where in the text, counted from 0.</param>
public sealed class RequirementSyntaxException(string message, int position) : FormatException(message)
{
    /// <summary>Where in the text it is wrong, counted from 0.</summary>
    public int Position { get; } = position;
}
