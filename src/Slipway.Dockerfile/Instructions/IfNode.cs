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

    /// <summary>The nodes of the first branch whose condition holds, else those of ELSE; and what was decided on the way.</summary>
    /// <param name="lookup">The value of a name, or null when it is unset.</param>
    /// <param name="decisions">Receives one decision for each condition that was asked.</param>
    /// <exception cref="DiagnosticException">A condition cannot be evaluated.</exception>
    public IReadOnlyList<Node> Choose(Func<string, string?> lookup, ICollection<BranchDecision> decisions)
    {
        foreach (IfBranch branch in Branches)
        {
            bool holds = branch.Evaluate(lookup);
            decisions.Add(new BranchDecision(branch, holds, branch.Condition.Explain(lookup)));
            if (holds)
            {
                return branch.Nodes;
            }
        }

        return Else;
    }

    private static bool HasFrom(IReadOnlyList<Node> nodes) => nodes.Any(n => n is FromInstruction or IfNode { HoldsStages: true });
}

/// <param name="Syntax">The IF or ELSE IF line.</param>
/// <param name="Condition">Its condition.</param>
/// <param name="Nodes">What is built when the condition holds.</param>
public sealed record IfBranch(InstructionSyntax Syntax, ConditionExpression Condition, IReadOnlyList<Node> Nodes)
{
    /// <exception cref="DiagnosticException">The condition cannot be evaluated; the diagnostic points at it.</exception>
    public bool Evaluate(Func<string, string?> lookup)
    {
        try
        {
            return Condition.Evaluate(lookup);
        }
        catch (Exception mistake) when (mistake is ConditionException or ExpansionException)
        {
            throw new DiagnosticException(
                new Diagnostic(Severity.Error, "bad-condition", mistake.Message, Syntax.Source, Syntax.Arguments.Span));
        }
    }
}

/// <summary>What one condition came to, for <c>--explain</c>.</summary>
/// <param name="Branch">The IF or ELSE IF.</param>
/// <param name="Taken">Its nodes are built.</param>
/// <param name="Explanation">The condition with the values it saw.</param>
public sealed record BranchDecision(IfBranch Branch, bool Taken, string Explanation);
