namespace Slipway.Dockerfile;

/// <summary>How to see whether a container is well.</summary>
/// <param name="Syntax">Where it was read.</param>
/// <param name="Command">Null for <c>HEALTHCHECK NONE</c>.</param>
/// <param name="Options">The flags.</param>
public sealed record HealthcheckInstruction(InstructionSyntax Syntax, CommandLine? Command, HealthcheckOptions Options)
    : Instruction(Syntax)
{
    /// <summary>The list of the image config: <c>NONE</c>, <c>CMD</c> and words, or <c>CMD-SHELL</c> and one text.</summary>
    public IReadOnlyList<string> Test => Command switch
    {
        null => ["NONE"],
        { IsShell: true } => ["CMD-SHELL", .. Command.Arguments],
        _ => ["CMD", .. Command.Arguments],
    };
}

/// <summary>Times in nanoseconds, as the image config has them; 0 where not given.</summary>
public sealed record HealthcheckOptions(long Interval, long Timeout, long StartPeriod, long StartInterval, int Retries);
