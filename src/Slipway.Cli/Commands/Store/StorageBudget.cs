using Slipway.Build.Space;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Store;

/// <summary>Keeps the store within its budget after a build, and tells it in one line.</summary>
internal static class StorageBudget
{
    private const string Variable = "SLIPWAY_KEEP_STORAGE";

    /// <param name="cli">Streams and clock.</param>
    /// <param name="store">The store.</param>
    /// <param name="budget">The most it may have; null: there is no limit.</param>
    /// <param name="quiet">Say nothing.</param>
    /// <param name="cancellationToken">Stops; what was not removed yet stays.</param>
    public static async Task KeepAsync(CliContext cli, ImageStore store, long? budget, bool quiet, CancellationToken cancellationToken)
    {
        if (budget is not { } most)
        {
            return;
        }

        StorePruneResult? result = null;
        try
        {
            result = await new SpaceKeeper(store, cli.Clock, new PackageSpace(store.Root, cli.Clock)).KeepAsync(most, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The image is built; that tidying up did not work does not undo it.
            await cli.Error.WriteAsync(cli.Diagnostics.Render(new Diagnostic(
                Severity.Warning, "not-tidied", $"the store could not be kept within its budget: {e.Message}", Help: $"try \"{CliContext.CalledName} system prune\"")));
        }

        if (result is not null && !quiet)
        {
            await cli.Error.WriteLineAsync($"removed {Amounts.Bytes(result.FreedBytes)} that was not used for the longest time: the store may have {Amounts.Bytes(most)} (--keep-storage)");
        }
    }

    /// <summary>What the store may have: by the flag, else by the environment, else by the settings, else a share of the disk. Null: no limit.</summary>
    /// <exception cref="UsageException">The flag or the variable is no size.</exception>
    /// <exception cref="DiagnosticException">The settings are wrong.</exception>
    public static long? Of(CliContext cli, ImageStore store, string? flag) => (flag ?? CliContext.Environment(Variable)) switch
    {
        "off" => null,
        null or "" => cli.Config.Value.Keep is { } keep ? keep.On(DiskSpace.TotalOf(store.Root)) : SpaceKeeper.DefaultBudget(store.Root),
        var text => Values.Size(flag is null ? Variable : "--keep-storage", text),
    };
}
