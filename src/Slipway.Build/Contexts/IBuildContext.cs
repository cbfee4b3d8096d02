using Slipway.Dockerfile;

namespace Slipway.Build.Contexts;

/// <summary>
/// A build context: the files that COPY, ADD and bind mounts see, those that the ignore file hides left out. Owners are root's and extended attributes are
/// absent, whatever the context was made from, so that the same files give the same image (docs/decisions/0050).
/// </summary>
public interface IBuildContext : IFileTree
{
    /// <summary>What messages call it: a folder's path or an address.</summary>
    string Place { get; }

    /// <summary>What is hidden; null hides nothing.</summary>
    IgnoreMatcher? Ignore { get; }

    /// <summary>Whether there is such a file that only the ignore file hides.</summary>
    bool IsHidden(string path);

    /// <summary>Keeps what was learned of the files for the next build.</summary>
    void SaveStats();
}
