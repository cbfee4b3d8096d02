using System.Text;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Progress;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Environments.Bridging;
using Slipway.Foundation.Files;

namespace Slipway.Cli.Commands.Environments;

/// <summary>The environments that a Dockerfile takes from files of its build context, and the locks beside these files.</summary>
/// <param name="files">The context, nothing hidden; null without one.</param>
/// <param name="sources">The same as steps see it, the hidden left out.</param>
/// <param name="folder">Its folder; null when it is no folder of this machine, whose locks can be read but not written.</param>
/// <param name="session">Connections and settings.</param>
internal sealed class BridgedEnvironments(IBuildContext? files, IBuildContext? sources, string? folder, EnvironmentSession session) : IDisposable
{
    private EnvironmentStages? _stages;

    /// <summary>Whether a lock that does not fit is brought up to date.</summary>
    public bool MayChangeLock { get; init; } = true;

    /// <summary>Whether locks can be written.</summary>
    public bool CanWrite => folder is not null;

    /// <summary>Opens them, once for a command.</summary>
    public EnvironmentStages Open(IBaseImages images, IBuildProgress progress, EnvironmentStageOptions options) =>
        _stages = new EnvironmentStages(files, sources, Shown, session.Services(images, progress), options);

    /// <summary>The locks of the files that were asked for.</summary>
    public IEnumerable<FileLock> Locks => _stages?.Locks ?? [];

    /// <summary>What messages call a path of the context.</summary>
    public string Shown(string path) => folder is null ? path : RecipeReader.Shown(Path.Combine(folder, path));

    /// <summary>Writes the locks that say something else than before.</summary>
    /// <returns>A line for each.</returns>
    public IEnumerable<string> WriteLocks()
    {
        List<string> notes = [];
        foreach (FileLock changed in Locks.Where(file => folder is not null && !file.IsWritten))
        {
            AtomicFile.Write(Path.Combine(folder!, changed.Path), Encoding.UTF8.GetBytes(changed.Text));
            notes.Add($"{Shown(changed.Path)} is {(changed.Before.Platforms.IsEmpty ? "written" : "brought up to date")}");
        }

        return notes;
    }

    public void Dispose()
    {
        _stages?.Dispose();
        session.Dispose();
    }
}
