namespace Slipway.PyPi.Markers;

/// <summary>A marker that has no answer: its operator means nothing for its operands, or it asks for a variable that its place does not have.</summary>
/// <param name="message">What is wrong, as a sentence.</param>
/// <param name="isName">Whether the variable is what is missing.</param>
public sealed class UndefinedMarkerException(string message, bool isName) : Exception(message)
{
    /// <summary>True when a variable is missing; false when the comparison means nothing.</summary>
    public bool IsName { get; } = isName;
}
