namespace Slipway.Dockerfile;

/// <summary>Runs a command in the image.</summary>
/// <param name="Syntax">Where it was read.</param>
/// <param name="Command">What to run.</param>
/// <param name="Mounts">Values of <c>--mount</c>, unexpanded and in order; give them to <see cref="RunMount.Parse"/>.</param>
/// <param name="Network">The value of <c>--network</c>.</param>
/// <param name="Security">The value of <c>--security</c>.</param>
/// <param name="Devices">The values of <c>--device</c>.</param>
public sealed record RunInstruction(
    InstructionSyntax Syntax,
    CommandLine Command,
    IReadOnlyList<Word> Mounts,
    RunNetwork Network,
    RunSecurity Security,
    IReadOnlyList<RunDevice> Devices) : Instruction(Syntax);

public enum RunNetwork
{
    Default,
    None,
    Host,
}

public enum RunSecurity
{
    Sandbox,
    Insecure,
}
