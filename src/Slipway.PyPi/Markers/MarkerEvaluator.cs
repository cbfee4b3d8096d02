using System.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Markers;

/// <summary>Answers markers for an environment ("Dependency specifiers" of the packaging specifications).</summary>
internal static class MarkerEvaluator
{
    /// <summary>Whether the marker holds. Every part is answered, so that a comparison without meaning is noticed wherever it stands.</summary>
    /// <exception cref="UndefinedMarkerException">A part has no answer.</exception>
    public static bool Evaluate(MarkerNode node, MarkerEnvironment environment, MarkerContext context) => node switch
    {
        MarkerNode.Group group => Evaluate(group.Inner, environment, context),
        MarkerNode.All all => all.Parts.Aggregate(true, (holds, part) => Evaluate(part, environment, context) & holds),
        MarkerNode.Any any => any.Parts.Aggregate(false, (holds, part) => Evaluate(part, environment, context) | holds),
        _ => Compare((MarkerNode.Comparison)node, environment, context),
    };

    private static bool Compare(MarkerNode.Comparison comparison, MarkerEnvironment environment, MarkerContext context)
    {
        // Of two variables the right one counts as text; two texts ask for nothing.
        bool fromLeft = comparison.Left.Variable is not null;
        if ((fromLeft ? comparison.Left : comparison.Right).Variable is not { } variable)
        {
            throw new UndefinedMarkerException($"the marker {Text(comparison)} compares no variable", isName: true);
        }

        if (variable is MarkerVariable.Extras or MarkerVariable.DependencyGroups)
        {
            IReadOnlySet<string> names = (variable == MarkerVariable.Extras ? context.Extras : context.DependencyGroups) ?? throw Missing(variable);
            return !fromLeft && comparison.Operator is MarkerOperator.In or MarkerOperator.NotIn
                ? names.Contains(NormalName.Fold(comparison.Left.Text)) == (comparison.Operator == MarkerOperator.In)
                : throw Meaningless(comparison);
        }

        string value = (variable == MarkerVariable.Extra ? context.Extra : environment.ValueOf(variable)) ?? throw Missing(variable);
        if (variable == MarkerVariable.PythonFullVersion && value.EndsWith('+'))
        {
            value += "local"; // what an interpreter built from a checkout calls itself
        }

        return fromLeft ? Compare(value, comparison, comparison.Right.Text, variable) : Compare(comparison.Left.Text, comparison, value, variable);
    }

    private static bool Compare(string left, MarkerNode.Comparison comparison, string right, MarkerVariable variable)
    {
        if (MarkerVariables.IsVersion(variable) && VersionSpecifier.TryParse(comparison.OperatorText + right, out VersionSpecifier? specifier, out _))
        {
            return specifier.Contains(left);
        }

        return comparison.Operator switch
        {
            MarkerOperator.Equal or MarkerOperator.AtMost or MarkerOperator.AtLeast => left == right,
            MarkerOperator.NotEqual => left != right,
            MarkerOperator.Below or MarkerOperator.Above => false,
            MarkerOperator.In => right.Contains(left, StringComparison.Ordinal),
            MarkerOperator.NotIn => !right.Contains(left, StringComparison.Ordinal),
            _ => throw Meaningless(comparison),
        };
    }

    private static UndefinedMarkerException Missing(MarkerVariable variable) => new($"there is no {MarkerVariables.NameOf(variable)} where this marker stands", isName: true);

    private static UndefinedMarkerException Meaningless(MarkerNode.Comparison comparison) => new($"the marker {Text(comparison)} has no meaning", isName: false);

    private static string Text(MarkerNode node)
    {
        var text = new StringBuilder();
        node.Write(text);
        return text.ToString();
    }
}
