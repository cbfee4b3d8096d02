using Slipway.Foundation.Text;

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
    /// <summary>Reads a trigger found in a base image's config.</summary>
    /// <param name="expression">The text of the config.</param>
    /// <param name="sourceName">What the text is called in diagnostics, such as the image's name.</param>
    /// <exception cref="DiagnosticException">The text is not exactly one instruction, or one that cannot be a trigger.</exception>
    public static Instruction ParseTrigger(string expression, string sourceName)
    {
        var source = new SourceText(sourceName, expression);
        DockerfileSyntax syntax = DockerfileSyntax.Parse(source);
        if (syntax.Diagnostics.Count > 0)
        {
            throw new DiagnosticException(syntax.Diagnostics);
        }

        if (syntax.Instructions is not [{ Name: not ("ONBUILD" or "FROM" or "MAINTAINER") } only])
        {
            throw new DiagnosticException(new Diagnostic(
                Severity.Error, "bad-trigger", $"the image's ONBUILD trigger is not one instruction: {expression}", source, new TextSpan(0, 0)));
        }

        try
        {
            return InstructionReader.Read(only);
        }
        catch (InstructionException mistake)
        {
            throw new DiagnosticException(mistake.ToDiagnostic(only));
        }
    }
}
