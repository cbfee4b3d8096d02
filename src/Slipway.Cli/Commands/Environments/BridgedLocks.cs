using Slipway.Build.Frontend;
using Slipway.Build.Progress;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Environments.Bridging;
using Slipway.Environments.Locking;

namespace Slipway.Cli.Commands.Environments;

/// <summary><c>lock</c> of a Dockerfile: of the environments that it takes from files.</summary>
internal static class BridgedLocks
{
    /// <exception cref="UsageException">The Dockerfile takes no environment.</exception>
    public static async Task MakeAsync(CliContext cli, DockerfileInput input, IBaseImages images, IBuildProgress progress, EnvironmentStageOptions options, CancellationToken cancellationToken)
    {
        await input.PlanAsync(images, input.Environments.Open(images, progress, options), cancellationToken);
        FileLock[] locks = [.. input.Environments.Locks];
        if (locks.Length == 0)
        {
            throw new UsageException("nothing-to-lock", "this Dockerfile takes no environment from a file, so there is nothing to lock", "pin its base images by digest: FROM image@sha256:…");
        }

        input.Environments.WriteLocks();
        foreach (FileLock file in locks)
        {
            foreach (PlatformLock locked in file.Now.Platforms.Where(p => input.Platforms.Any(wanted => wanted.ToString() == p.Platform)))
            {
                await cli.Error.WriteLineAsync($"{file.Of} for {locked.Platform}: {LockChanges.Describe(file.Before.Platforms.FirstOrDefault(p => p.Platform == locked.Platform), locked)}");
            }

            if (!input.Environments.CanWrite)
            {
                await cli.Out.WriteAsync(file.Text); // of a repository elsewhere
                continue;
            }

            await cli.Out.WriteLineAsync(input.Environments.Shown(file.Path) + (file.IsWritten ? " (as before)" : ""));
        }
    }
}
