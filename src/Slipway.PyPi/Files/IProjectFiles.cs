namespace Slipway.PyPi.Files;

/// <summary>
/// The files that a project's description may name. A path is relative to the folder that the reading began in, with <c>/</c> between its parts and normal (<see cref="ProjectPath"/>);
/// it is absolute or begins with <c>..</c> only when a file says so. Whether such a path may be followed is decided here and nowhere else.
/// </summary>
public interface IProjectFiles
{
    /// <summary>The content of a file; null when there is no such file.</summary>
    /// <exception cref="Foundation.Text.DiagnosticException">The file may not be read, or is too large to be such a file.</exception>
    byte[]? Read(string path);

    /// <summary>A file of any size, to be read from its beginning; null when there is no such file.</summary>
    /// <exception cref="Foundation.Text.DiagnosticException">The file may not be read.</exception>
    Stream? Open(string path);

    /// <summary>Whether there is such a file.</summary>
    bool IsFile(string path);

    /// <summary>Whether there is such a folder.</summary>
    bool IsFolder(string path);
}

/// <summary>Gets a file that another names by an address.</summary>
/// <exception cref="Foundation.Text.DiagnosticException">It cannot be had.</exception>
public delegate Task<byte[]> AddressReader(Uri address, CancellationToken cancellationToken);
