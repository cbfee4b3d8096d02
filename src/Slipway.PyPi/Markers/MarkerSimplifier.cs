using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Markers;

/// <summary>Writes markers anew: the opposite of one, or what is left of one for a target.</summary>
internal static class MarkerSimplifier
{
    /// <summary>What is left when the environment is known: only extras and groups. Its value when nothing is left.</summary>
    /// <exception cref="UndefinedMarkerException">A part has no answer.</exception>
    public static (bool? Value, MarkerNode? Open) Simplify(MarkerNode node, MarkerEnvironment environment)
    {
        switch (node)
        {
            case MarkerNode.Group group:
                (bool? inner, MarkerNode? left) = Simplify(group.Inner, environment);
                return (inner, left is null ? null : new MarkerNode.Group(left));
            case MarkerNode.All all:
                return Join(all.Parts, environment, isAll: true);
            case MarkerNode.Any any:
                return Join(any.Parts, environment, isAll: false);
            default:
                var comparison = (MarkerNode.Comparison)node;
                return (comparison.Left.Variable ?? comparison.Right.Variable) is MarkerVariable.Extra or MarkerVariable.Extras or MarkerVariable.DependencyGroups
                    ? (null, node)
                    : (MarkerEvaluator.Evaluate(node, environment, MarkerContext.Requirement), null);
        }
    }

    /// <summary>The opposite, which holds wherever the marker does not, for environments that are: a Python is no post-release.</summary>
    public static MarkerNode Not(MarkerNode node) => node switch
    {
        MarkerNode.Group group => new MarkerNode.Group(Not(group.Inner)),
        MarkerNode.All all => new MarkerNode.Group(new MarkerNode.Any([.. all.Parts.Select(Not)])),
        MarkerNode.Any any => new MarkerNode.All([.. any.Parts.Select(p => p is MarkerNode.All ? new MarkerNode.Group(Not(p)) : Not(p))]),
        _ => Not((MarkerNode.Comparison)node),
    };

    private static (bool? Value, MarkerNode? Open) Join(IReadOnlyList<MarkerNode> parts, MarkerEnvironment environment, bool isAll)
    {
        List<MarkerNode> rest = [];
        bool decided = false;
        foreach (MarkerNode part in parts)
        {
            (bool? value, MarkerNode? left) = Simplify(part, environment);
            decided |= value == !isAll; // one part that does not hold decides "and", one that does decides "or"
            if (left is not null && !rest.Contains(left))
            {
                rest.Add(left);
            }
        }

        return decided ? (!isAll, null) : rest.Count == 0 ? (isAll, null) : rest.Count == 1 ? (null, rest[0]) : (null, isAll ? new MarkerNode.All(rest) : new MarkerNode.Any(rest));
    }

    private static MarkerNode Not(MarkerNode.Comparison comparison)
    {
        bool isVersion = (comparison.Left.Variable ?? comparison.Right.Variable) is { } variable && MarkerVariables.IsVersion(variable)
            && (comparison.Left.Variable is null || VersionSpecifier.TryParse(comparison.OperatorText + comparison.Right.Text, out _, out _));
        return comparison.Operator switch
        {
            MarkerOperator.Equal => comparison with { Operator = MarkerOperator.NotEqual },
            MarkerOperator.NotEqual => comparison with { Operator = MarkerOperator.Equal },
            MarkerOperator.In => comparison with { Operator = MarkerOperator.NotIn },
            MarkerOperator.NotIn => comparison with { Operator = MarkerOperator.In },
            MarkerOperator.Compatible when isVersion && comparison.Right.Variable is null => NotCompatible(comparison),
            MarkerOperator.Below when isVersion => comparison with { Operator = MarkerOperator.AtLeast },
            MarkerOperator.Above when isVersion => comparison with { Operator = MarkerOperator.AtMost },
            MarkerOperator.AtLeast when isVersion => comparison with { Operator = MarkerOperator.Below },
            MarkerOperator.AtMost when isVersion => comparison with { Operator = MarkerOperator.Above },

            // For texts <= and >= mean equal, and < and > never hold.
            MarkerOperator.AtMost or MarkerOperator.AtLeast => comparison with { Operator = MarkerOperator.NotEqual },
            MarkerOperator.Below or MarkerOperator.Above => new MarkerNode.Group(new MarkerNode.Any(
                [comparison with { Operator = MarkerOperator.Equal }, comparison with { Operator = MarkerOperator.NotEqual }])),
            _ => throw new NotSupportedException($"{comparison.Left} {comparison.OperatorText} {comparison.Right} has no opposite that can be written"),
        };
    }

    // ~=3.8.1 is >=3.8.1 and ==3.8.*.
    private static MarkerNode.Group NotCompatible(MarkerNode.Comparison comparison)
    {
        var version = PythonVersion.Parse(comparison.Right.Text);
        string prefix = string.Join('.', version.Release.SkipLast(1)) + ".*";
        return new MarkerNode.Group(new MarkerNode.Any(
            [comparison with { Operator = MarkerOperator.Below }, comparison with { Operator = MarkerOperator.NotEqual, Right = new MarkerOperand(null, prefix) }]));
    }
}
