using Slipway.Dockerfile;

namespace Slipway.Lint;

/// <summary>An instruction of a stage that is built, and the state before it.</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Words">Its paths, ports or names, expanded.</param>
/// <param name="Unmatched">Variables it uses that have no value and were not declared.</param>
/// <param name="KnownNames">Variables that have a value.</param>
/// <param name="HasWorkdir">A WORKDIR stood before it, in this stage or in those below.</param>
/// <param name="HasShell">A SHELL is set.</param>
/// <param name="Previous">The instruction of the same name before it in this stage.</param>
/// <param name="Ignore">The context's ignore file.</param>
internal sealed record InstructionFacts(
    Instruction Instruction,
    IReadOnlyList<string> Words,
    IReadOnlyCollection<string> Unmatched,
    IReadOnlyCollection<string> KnownNames,
    bool HasWorkdir,
    bool HasShell,
    Instruction? Previous,
    IgnoreMatcher? Ignore);
