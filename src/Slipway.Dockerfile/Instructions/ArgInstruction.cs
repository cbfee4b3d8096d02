using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>Declares build arguments; before the first FROM they are global.</summary>
public sealed record ArgInstruction(InstructionSyntax Syntax, IReadOnlyList<ArgDeclaration> Arguments) : Instruction(Syntax);

/// <param name="Name">The name, unexpanded.</param>
/// <param name="Default">The value after <c>=</c>, unexpanded; null when there was none.</param>
/// <param name="Description">What the comment above says about it, when it starts with its name.</param>
/// <param name="Span">The whole declaration.</param>
public sealed record ArgDeclaration(string Name, Word? Default, string Description, TextSpan Span);
