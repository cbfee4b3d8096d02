using System.CommandLine;

namespace Slipway.Cli.Commands.Store;

/// <summary><c>system</c>: what the store takes on disk, giving it back, and whether it is whole.</summary>
internal static class SystemCommand
{
    public static Command Create(CliContext cli) => new("system", "Look after the store")
    {
        DiskUsageCommand.Create(cli, "df"),
        PruneCommand.ForSystem(cli),
        CheckCommand.Create(cli),
    };

    /// <summary><c>builder</c>: docker's name for what concerns the build cache alone.</summary>
    public static Command CreateBuilder(CliContext cli) => new("builder", "Look after the build cache")
    {
        PruneCommand.ForBuilder(cli),
        DiskUsageCommand.Create(cli, "du"),
    };
}
