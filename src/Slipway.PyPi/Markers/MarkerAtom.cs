using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Markers;

/// <summary>
/// A comparison as the algebra sees it. Variables that are two names of one thing have become one: <c>python_version</c> is a range of <c>python_full_version</c>,
/// <c>platform_system</c> and <c>os_name</c> say of Linux, Windows and macOS what <c>sys_platform</c> says.
/// </summary>
internal abstract record MarkerAtom
{
    private static readonly Dictionary<string, string> s_systems = new(StringComparer.Ordinal) { ["Linux"] = "linux", ["Windows"] = "win32", ["Darwin"] = "darwin" };

    private MarkerAtom()
    {
    }

    /// <summary>The variable's version lies in the ranges.</summary>
    public sealed record InRanges(MarkerVariable Variable, VersionRanges Ranges) : MarkerAtom;

    /// <summary>The variable is the text, or is not.</summary>
    public sealed record Is(MarkerVariable Variable, string Text, bool Holds) : MarkerAtom;

    /// <summary>Something that is only known to be so or not so.</summary>
    public sealed record Opaque(string Text, bool Holds) : MarkerAtom;

    /// <summary>Always, or never.</summary>
    public sealed record Constant(bool Holds) : MarkerAtom;

    /// <summary>What a comparison comes to; with <paramref name="holds"/> false, its opposite.</summary>
    public static MarkerAtom Of(MarkerNode.Comparison comparison, bool holds)
    {
        if (comparison.Left.Variable is not { } variable || comparison.Right.Variable is not null)
        {
            return comparison is { Left.Variable: null, Right.Variable: { } right, Operator: not (MarkerOperator.In or MarkerOperator.NotIn) }
                && Reversed(comparison.Operator) is { } reversed && (MarkerVariables.IsVersion(right) || comparison.Operator is MarkerOperator.Equal or MarkerOperator.NotEqual)
                ? Of(new MarkerNode.Comparison(comparison.Right, reversed, comparison.Left), holds)
                : Unknown(comparison, holds);
        }

        if (MarkerVariables.IsVersion(variable) && VersionSpecifier.TryParse(comparison.OperatorText + comparison.Right.Text, out VersionSpecifier? specifier, out _))
        {
            return specifier.Ranges is { } ranges ? OfVersion(variable, holds ? ranges : ranges.Complement()) : Unknown(comparison, holds);
        }

        return comparison.Operator switch
        {
            MarkerOperator.Equal or MarkerOperator.AtMost or MarkerOperator.AtLeast => OfText(variable, comparison.Right.Text, holds),
            MarkerOperator.NotEqual => OfText(variable, comparison.Right.Text, !holds),
            MarkerOperator.Below or MarkerOperator.Above => new Constant(!holds),
            _ => Unknown(comparison, holds),
        };
    }

    private static InRanges OfVersion(MarkerVariable variable, VersionRanges ranges) => variable == MarkerVariable.PythonVersion
        ? new InRanges(MarkerVariable.PythonFullVersion, ranges.OfShortVersion())
        : new InRanges(variable, ranges);

    private static Is OfText(MarkerVariable variable, string text, bool holds) =>
        variable == MarkerVariable.PlatformSystem && s_systems.TryGetValue(text, out string? platform) ? new Is(MarkerVariable.SysPlatform, platform, holds)
        : variable == MarkerVariable.OsName && text == "nt" ? new Is(MarkerVariable.SysPlatform, "win32", holds)
        : new Is(variable, text, holds);

    // "in" and its opposite share a text, and so do both signs of any comparison.
    private static Opaque Unknown(MarkerNode.Comparison comparison, bool holds)
    {
        bool negative = comparison.Operator == MarkerOperator.NotIn;
        MarkerNode.Comparison positive = negative ? comparison with { Operator = MarkerOperator.In } : comparison;
        return new Opaque($"{positive.Left} {positive.OperatorText} {positive.Right}", holds != negative);
    }

    private static MarkerOperator? Reversed(MarkerOperator @operator) => @operator switch
    {
        MarkerOperator.Equal or MarkerOperator.NotEqual => @operator,
        MarkerOperator.Below => MarkerOperator.Above,
        MarkerOperator.Above => MarkerOperator.Below,
        MarkerOperator.AtMost => MarkerOperator.AtLeast,
        MarkerOperator.AtLeast => MarkerOperator.AtMost,
        _ => null,
    };
}
