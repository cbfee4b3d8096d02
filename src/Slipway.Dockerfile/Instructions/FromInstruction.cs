namespace Slipway.Dockerfile;

/// <summary>Starts a stage.</summary>
/// <param name="Syntax">Where it was read.</param>
/// <param name="Image">The base: an image, <c>scratch</c> or an earlier stage. Only global arguments expand in it.</param>
/// <param name="StageName">The name after AS in lower case, or null.</param>
/// <param name="Platform">The value of <c>--platform</c>, unexpanded.</param>
/// <param name="Description">What the comment above says about the stage, when it starts with its name.</param>
public sealed record FromInstruction(InstructionSyntax Syntax, Word Image, string? StageName, Word? Platform, string Description)
    : Instruction(Syntax);
