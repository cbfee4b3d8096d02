namespace Slipway.Packages.Entries;

/// <summary>
/// Runs programs of an environment. Planning and linking never need one; it is for what a user allows besides: link scripts, and compiling Python. An
/// implementation gives the program the environment at its prefix, and nothing else of this machine that it could change.
/// </summary>
public interface IEnvironmentRunner
{
    /// <summary>Runs the program to its end.</summary>
    /// <returns>Its exit code, and what it wrote on its standard error, which may be cut.</returns>
    Task<(int ExitCode, string Error)> RunAsync(EnvironmentCommand command, CancellationToken cancellationToken);
}
