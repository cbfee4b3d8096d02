using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>
/// <c>IF … ELSE IF … ELSE … DONE</c>: Slipway's own addition to the language. Branches hold instructions (FROM among them) and further conditionals.
/// </summary>
/// <param name="Branches">IF and the ELSE IFs, in order; the first whose condition holds is taken.</param>
/// <param name="Else">The nodes after ELSE; empty when there is none.</param>
/// <param name="Span">From IF to DONE.</param>
public sealed record IfNode(IReadOnlyList<IfBranch> Branches, IReadOnlyList<Node> Else, TextSpan Span) : Node
{
    public override TextSpan Span { get; } = Span;

    /// <summary>Some branch has a FROM: the conditional chooses stages and is decided from global arguments.</summary>
    public bool HoldsStages => Branches.Any(b => HasFrom(b.Nodes)) || HasFrom(Else);

    /// <summary>The nodes of the first branch whose condition holds, else those of ELSE.</summary>
    public IReadOnlyList<Node> Choose(Func<string, string?> lookup) =>
        Branches.FirstOrDefault(b => b.Condition.Evaluate(lookup))?.Nodes ?? Else;

    private static bool HasFrom(IReadOnlyList<Node> nodes) => nodes.Any(n => n is FromInstruction or IfNode { HoldsStages: true });
}

/// <param name="Syntax">The IF or ELSE IF line.</param>
/// <param name="Condition">Its condition.</param>
/// <param name="Nodes">What is built when the condition holds.</param>
public sealed record IfBranch(InstructionSyntax Syntax, ConditionExpression Condition, IReadOnlyList<Node> Nodes);
