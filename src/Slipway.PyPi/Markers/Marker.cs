using System.Diagnostics.CodeAnalysis;
using System.Text;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Markers;

/// <summary>A condition on the environment (PEP 508), such as <c>python_version &lt; "3.11" and sys_platform == "linux"</c>.</summary>
public sealed class Marker : IEquatable<Marker>
{
    private string? _text;

    internal Marker(MarkerNode node) => Node = node;

    internal MarkerNode Node { get; }

    public static bool operator ==(Marker? left, Marker? right) => Equals(left, right);

    public static bool operator !=(Marker? left, Marker? right) => !Equals(left, right);

    /// <summary>Reads a marker.</summary>
    /// <exception cref="RequirementSyntaxException">It cannot be read; the message says why, the position where. It is a <see cref="FormatException"/>.</exception>
    public static Marker Parse(string text) => new(MarkerParser.Parse(text));

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Marker? marker) => TryParse(text, out marker, out _);

    /// <summary>Reads a marker; <paramref name="problem"/> says what is wrong and where.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Marker? marker, [NotNullWhen(false)] out RequirementSyntaxException? problem)
    {
        (marker, problem) = (null, null);
        try
        {
            marker = Parse(text ?? "");
            return true;
        }
        catch (RequirementSyntaxException e)
        {
            problem = e;
            return false;
        }
    }

    /// <summary>Whether it holds in the environment.</summary>
    /// <exception cref="UndefinedMarkerException">A part of it has no answer there.</exception>
    public bool Evaluate(MarkerEnvironment environment, MarkerContext context) => MarkerEvaluator.Evaluate(Node, environment, context);

    /// <summary>Both hold.</summary>
    public Marker And(Marker other) => Equals(other) ? this : new Marker(new MarkerNode.All([.. Parts(Node), .. Parts(other.Node)]));

    /// <summary>At least one holds.</summary>
    public Marker Or(Marker other) => Equals(other) ? this : new Marker(new MarkerNode.Any([Node, other.Node]));

    /// <summary>It does not hold. A version range and its opposite meet without a gap for the versions that Pythons have, which are no post-releases.</summary>
    /// <exception cref="NotSupportedException">A part of it (<c>===</c>) has no opposite that can be written.</exception>
    public Marker Not() => new(MarkerSimplifier.Not(Node));

    /// <summary>Whether it holds in no environment. What is too large to find out counts as possible.</summary>
    public bool IsNever() => !MarkerAlgebra.IsPossible((Node, true));

    /// <summary>Whether it holds in every environment.</summary>
    public bool IsAlways() => !MarkerAlgebra.IsPossible((Node, false));

    /// <summary>Whether both never hold at once.</summary>
    public bool IsDisjointFrom(Marker other) => !MarkerAlgebra.IsPossible((Node, true), (other.Node, true));

    /// <summary>Whether the other holds wherever this one does.</summary>
    public bool Implies(Marker other) => !MarkerAlgebra.IsPossible((Node, true), (other.Node, false));

    /// <summary>
    /// What is left to ask when the environment is known: a marker over extras and dependency groups, or nothing, when <paramref name="value"/> is the answer.
    /// </summary>
    /// <exception cref="UndefinedMarkerException">A part has no answer there.</exception>
    public Marker? Simplify(MarkerEnvironment environment, out bool value)
    {
        (bool? answer, MarkerNode? rest) = MarkerSimplifier.Simplify(Node, environment);
        value = answer ?? false;
        return rest is null ? null : new Marker(rest);
    }

    /// <summary>Whether it asks for the variable anywhere.</summary>
    public bool Uses(MarkerVariable variable) => Uses(Node, variable);

    /// <summary>Equal when they print the same.</summary>
    public bool Equals(Marker? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Marker);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The normal form: variables by their names of today, double quotes, single spaces; parentheses as they were written.</summary>
    public override string ToString()
    {
        if (_text is null)
        {
            var text = new StringBuilder();
            MarkerNode node = Node;
            while (node is MarkerNode.Group group)
            {
                node = group.Inner; // around all of it they say nothing
            }

            node.Write(text);
            _text = text.ToString();
        }

        return _text;
    }

    private static bool Uses(MarkerNode node, MarkerVariable variable) => node switch
    {
        MarkerNode.Group group => Uses(group.Inner, variable),
        MarkerNode.All all => all.Parts.Any(p => Uses(p, variable)),
        MarkerNode.Any any => any.Parts.Any(p => Uses(p, variable)),
        _ => (MarkerNode.Comparison)node is var comparison && (comparison.Left.Variable == variable || comparison.Right.Variable == variable),
    };

    private static IReadOnlyList<MarkerNode> Parts(MarkerNode node) => node switch
    {
        MarkerNode.All all => all.Parts,
        MarkerNode.Any => [new MarkerNode.Group(node)],
        _ => [node],
    };
}
