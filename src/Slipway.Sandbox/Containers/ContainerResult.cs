namespace Slipway.Sandbox.Containers;

/// <summary>How a container ended.</summary>
/// <param name="ExitCode">As <c>docker run</c> reports it: the program's own, 128+n for signal n, 125, 126 or 127 when it did not start.</param>
/// <param name="Failure">Why the program did not start; null when it did.</param>
public sealed record ContainerResult(int ExitCode, StartFailure? Failure)
{
    public bool Succeeded => ExitCode == 0;
}

/// <param name="Message">The runtime's own words.</param>
public sealed record StartFailure(StartFailureKind Kind, string Message);

/// <summary>Why a program did not start. The value is the exit code.</summary>
public enum StartFailureKind
{
    /// <summary>The runtime failed before the program's turn.</summary>
    RuntimeError = 125,

    /// <summary>The program is there but cannot be executed: no permission, a directory, a foreign format.</summary>
    NotExecutable = 126,

    /// <summary>There is no such program.</summary>
    NotFound = 127,
}
