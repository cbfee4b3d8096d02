using Slipway.Sandbox.Hosts;

namespace Slipway.Environments.Running;

/// <summary>Steps in an environment that lies beside its place: programs see it at its place, so there has to be a folder to mount it on.</summary>
public static class SandboxedSteps
{
    /// <summary>Takes the steps; a folder that was only made for them is gone if they fail.</summary>
    /// <param name="directory">The environment's place.</param>
    /// <param name="steps">Gets the sandbox.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task RunAsync(string directory, Func<SandboxHost, Task> steps, CancellationToken cancellationToken)
    {
        bool isNew = !Directory.Exists(directory);
        Directory.CreateDirectory(directory);
        try
        {
            await steps(await SandboxHost.DetectAsync(cancellationToken));
        }
        catch when (isNew)
        {
            Directory.Delete(directory);
            throw;
        }
    }
}
