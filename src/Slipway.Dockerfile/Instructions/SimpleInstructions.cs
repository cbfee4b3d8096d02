namespace Slipway.Dockerfile;

/// <summary>Sets (and creates) the working directory; a relative path joins the previous one.</summary>
public sealed record WorkdirInstruction(InstructionSyntax Syntax, Word Path) : Instruction(Syntax);

/// <summary>Sets the user, and with a colon the group, of what follows.</summary>
public sealed record UserInstruction(InstructionSyntax Syntax, Word User) : Instruction(Syntax);

/// <summary>Names ports; the expanded words are for <see cref="ExposePorts.Parse"/>.</summary>
public sealed record ExposeInstruction(InstructionSyntax Syntax, IReadOnlyList<Word> Ports) : Instruction(Syntax);

/// <summary>Names directories that hold data.</summary>
public sealed record VolumeInstruction(InstructionSyntax Syntax, IReadOnlyList<Word> Paths) : Instruction(Syntax);

/// <summary>The signal that ends a container; the expanded word is for <see cref="StopSignal.Parse"/>.</summary>
public sealed record StopSignalInstruction(InstructionSyntax Syntax, Word Signal) : Instruction(Syntax);

/// <summary>The shell of the shell forms that follow.</summary>
public sealed record ShellInstruction(InstructionSyntax Syntax, IReadOnlyList<string> Shell) : Instruction(Syntax);

/// <summary>The image's author (deprecated, a label says it better).</summary>
public sealed record MaintainerInstruction(InstructionSyntax Syntax, string Author) : Instruction(Syntax);

/// <summary>What a container runs when it is told nothing else.</summary>
public sealed record CmdInstruction(InstructionSyntax Syntax, CommandLine Command) : Instruction(Syntax);

/// <summary>What a container always runs.</summary>
public sealed record EntrypointInstruction(InstructionSyntax Syntax, CommandLine Command) : Instruction(Syntax);

/// <summary>A trigger for the images built on this one.</summary>
/// <param name="Syntax">Where it was read.</param>
/// <param name="Trigger">The instruction, for checks and plans.</param>
/// <param name="Expression">The text that the image config holds, heredoc bodies included.</param>
public sealed record OnbuildInstruction(InstructionSyntax Syntax, Instruction Trigger, string Expression) : Instruction(Syntax)
{
    /// <summary>Reads a trigger found in a base image's config. Throws DiagnosticException for text that is no instruction.</summary>
    public static Instruction ParseTrigger(string expression, string sourceName) => throw new NotImplementedException();
}
