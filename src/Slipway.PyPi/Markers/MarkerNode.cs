using System.Text;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Markers;

/// <summary>A marker as a tree, as it was written.</summary>
internal abstract record MarkerNode
{
    private MarkerNode()
    {
    }

    /// <summary>Writes the normal form.</summary>
    public abstract void Write(StringBuilder text);

    /// <summary>Two operands and an operator; at most one operand is a variable in markers that mean something.</summary>
    public sealed record Comparison(MarkerOperand Left, MarkerOperator Operator, MarkerOperand Right) : MarkerNode
    {
        public override void Write(StringBuilder text) => text.Append(Left).Append(' ').Append(OperatorText).Append(' ').Append(Right);

        public string OperatorText => Operator switch
        {
            MarkerOperator.In => "in",
            MarkerOperator.NotIn => "not in",
            _ => VersionSpecifier.TextOf((SpecifierOperator)Operator),
        };
    }

    /// <summary>All of them hold.</summary>
    public sealed record All(IReadOnlyList<MarkerNode> Parts) : MarkerNode
    {
        public override void Write(StringBuilder text) => Join(text, Parts, " and ");
    }

    /// <summary>At least one of them holds.</summary>
    public sealed record Any(IReadOnlyList<MarkerNode> Parts) : MarkerNode
    {
        public override void Write(StringBuilder text) => Join(text, Parts, " or ");
    }

    /// <summary>Something in parentheses.</summary>
    public sealed record Group(MarkerNode Inner) : MarkerNode
    {
        public override void Write(StringBuilder text)
        {
            // Around a single comparison, or other parentheses, they say nothing.
            if (Inner is Comparison or Group)
            {
                Inner.Write(text);
                return;
            }

            text.Append('(');
            Inner.Write(text);
            text.Append(')');
        }
    }

    private static void Join(StringBuilder text, IReadOnlyList<MarkerNode> parts, string word)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            text.Append(i == 0 ? "" : word);
            parts[i].Write(text);
        }
    }
}

/// <summary>A variable, or a text in quotes.</summary>
internal readonly record struct MarkerOperand(MarkerVariable? Variable, string Text)
{
    public override string ToString() => Variable is { } variable ? MarkerVariables.NameOf(variable) : Text.Contains('"', StringComparison.Ordinal) ? $"'{Text}'" : $"\"{Text}\"";
}
