using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>Something in the body of a file or a stage: an <see cref="Instruction"/> or an <see cref="IfNode"/>.</summary>
public abstract record Node
{
    /// <summary>The whole node in the file, continuation lines and heredocs included, without the last line end.</summary>
    public abstract TextSpan Span { get; }

    /// <summary>The instructions among the nodes and in all branches of their conditionals, in order.</summary>
    public static IEnumerable<Instruction> Flatten(IEnumerable<Node> nodes) => nodes.SelectMany(node => node is IfNode conditional
        ? conditional.Branches.SelectMany(branch => Flatten(branch.Nodes)).Concat(Flatten(conditional.Else))
        : [(Instruction)node]);
}
