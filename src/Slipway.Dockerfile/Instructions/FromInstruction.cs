namespace Slipway.Dockerfile;

/// <summary>Starts a stage.</summary>
/// <param name="Syntax">Where it was read.</param>
/// <param name="Image">The base: an image, <c>scratch</c> or an earlier stage. Only global arguments expand in it.</param>
/// <param name="As">The keyword before the stage's name, as written; null without a name.</param>
/// <param name="WrittenStageName">The name after AS as written, or null.</param>
/// <param name="Platform">The value of <c>--platform</c>, unexpanded.</param>
/// <param name="Description">What the comment above says about the stage, when it starts with its name.</param>
public sealed record FromInstruction(
    InstructionSyntax Syntax, Word Image, Word? As, Word? WrittenStageName, Word? Platform, string Description)
    : Instruction(Syntax)
{
    /// <summary>The stage's name in lower case, or null.</summary>
    public string? StageName => WrittenStageName?.Text.ToLowerInvariant();
}
