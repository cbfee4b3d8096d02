namespace Slipway.Packages.Entries;

/// <summary>A program of the environment that is to be run in it: in a sandbox, with the environment at its prefix.</summary>
/// <param name="Arguments">The program, absolute, and its arguments.</param>
/// <param name="Variables">Its variables, all of them.</param>
/// <param name="Input">What it reads from standard input.</param>
public sealed record EnvironmentCommand(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Variables, string Input = "")
{
    /// <summary>Folders of this machine that it sees besides.</summary>
    public IReadOnlyList<CommandFolder> Folders { get; init; } = [];

    /// <summary>Where it begins, absolute; null: at the environment's prefix.</summary>
    public string? WorkingDirectory { get; init; }
}

/// <summary>A folder of this machine that a program in the sandbox sees.</summary>
/// <param name="Source">The folder.</param>
/// <param name="Path">Where it is inside, absolute.</param>
/// <param name="IsReadOnly">Whether the program cannot change it.</param>
public sealed record CommandFolder(string Source, string Path, bool IsReadOnly);
