using Slipway.Foundation.Text;

namespace Slipway.Images.Registry.Policy;

/// <summary>Where in which file something was decided.</summary>
/// <param name="Source">The file.</param>
/// <param name="Span">The place.</param>
public sealed record ConfigMark(SourceText Source, TextSpan Span)
{
    /// <summary><c>FILE:LINE</c>.</summary>
    public override string ToString() => $"{Source.Path}:{Source.PositionAt(Span.Start).Line}";
}
