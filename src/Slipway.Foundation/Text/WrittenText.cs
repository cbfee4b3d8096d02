namespace Slipway.Foundation.Text;

/// <summary>A text of a file with its place, for whatever is found out about it later.</summary>
/// <param name="Text">As it was written, without quotes.</param>
/// <param name="Span">Where.</param>
public sealed record WrittenText(string Text, TextSpan Span)
{
    public override string ToString() => Text;
}
