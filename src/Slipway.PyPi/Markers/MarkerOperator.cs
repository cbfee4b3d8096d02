using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Markers;

/// <summary>The operators of markers: those of versions, and two of their own.</summary>
public enum MarkerOperator
{
    Equal = SpecifierOperator.Equal,
    NotEqual = SpecifierOperator.NotEqual,
    Compatible = SpecifierOperator.Compatible,
    AtMost = SpecifierOperator.AtMost,
    AtLeast = SpecifierOperator.AtLeast,
    Below = SpecifierOperator.Below,
    Above = SpecifierOperator.Above,
    Identical = SpecifierOperator.Identical,

    /// <summary><c>in</c>: the left text is part of the right one.</summary>
    In,

    /// <summary><c>not in</c></summary>
    NotIn,
}
