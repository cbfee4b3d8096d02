using System.Text;
using Slipway.Environments.Locking;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Commands.Environments;

/// <summary>The lock beside a repository's files. A repository that is not a folder of this machine has one that can be read but not written.</summary>
/// <param name="Path">Where it is written; null when it cannot be.</param>
/// <param name="Shown">What messages call it.</param>
/// <param name="Text">What it holds; null when it is not there.</param>
internal sealed record LockFile(string? Path, string Shown, string? Text)
{
    public EnvironmentLock Read() => Text is null ? new EnvironmentLock([]) : LockReader.Read(new SourceText(Shown, Text));

    /// <summary>Writes it if it says something else than before.</summary>
    /// <returns>Whether it was written.</returns>
    public bool Write(EnvironmentLock file)
    {
        string text = LockWriter.Write(file);
        if (Path is null || text == Text)
        {
            return false;
        }

        AtomicFile.Write(Path, Encoding.UTF8.GetBytes(text));
        return true;
    }
}
