using System.CommandLine;

namespace Slipway.Cli.Commands.Pip;

/// <summary><c>pip</c>: solves, locks and installs Python packages, without pip.</summary>
internal static class PipCommand
{
    public static Command Create(CliContext cli) => new("pip", "Solve, lock and install Python packages, without pip")
    {
        PipLockCommand.Create(cli),
        PipInstallCommand.Create(cli),
        PipTreeCommand.Create(cli),
        PipExplainCommand.Create(cli),
    };
}
