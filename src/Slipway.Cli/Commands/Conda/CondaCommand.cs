using System.CommandLine;

namespace Slipway.Cli.Commands.Conda;

/// <summary><c>conda</c>: solves, locks and installs conda environments, without conda.</summary>
internal static class CondaCommand
{
    public static Command Create(CliContext cli) => new("conda", "Solve, lock and install conda environments, without conda")
    {
        CondaLockCommand.Create(cli),
        CondaInstallCommand.Create(cli),
        CondaListCommand.Create(cli),
        CondaExplainCommand.Create(cli),
        CondaSearchCommand.Create(cli),
    };
}
