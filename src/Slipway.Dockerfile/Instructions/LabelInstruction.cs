namespace Slipway.Dockerfile;

/// <summary>Adds labels to the image.</summary>
/// <param name="Syntax">Where it was read.</param>
/// <param name="Pairs">At least one.</param>
/// <param name="IsLegacy">Written <c>LABEL name value</c>.</param>
public sealed record LabelInstruction(InstructionSyntax Syntax, IReadOnlyList<KeyValueWord> Pairs, bool IsLegacy) : Instruction(Syntax);
