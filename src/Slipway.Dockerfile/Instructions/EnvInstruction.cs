namespace Slipway.Dockerfile;

/// <summary>Sets environment variables. Every value sees the variables as they were before the line.</summary>
/// <param name="Syntax">Where it was read.</param>
/// <param name="Pairs">At least one.</param>
/// <param name="IsLegacy">Written <c>ENV name value</c>.</param>
public sealed record EnvInstruction(InstructionSyntax Syntax, IReadOnlyList<KeyValueWord> Pairs, bool IsLegacy) : Instruction(Syntax);
