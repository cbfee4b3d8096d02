using System.Collections.Immutable;
using Slipway.Foundation.Text;
using Slipway.PyPi.Inputs;

namespace Slipway.Environments.Recipes;

/// <summary>What a repository asks for, before anything is looked up.</summary>
public sealed record EnvironmentRecipe
{
    /// <summary>All files that were looked at, in the order in which they come before each other.</summary>
    public required ImmutableArray<RecipeFile> Files { get; init; }

    /// <summary>The folder that environment files are read from, relative to the repository: <c>binder</c>, <c>.binder</c>, empty, or that of the file that was chosen.</summary>
    public string Folder { get; init; } = "";

    /// <summary><c>environment.yml</c>, or a lock or list of conda packages; null when there is none.</summary>
    public SourceText? Conda { get; init; }

    /// <summary>Exact lists of conda packages by platform (<c>linux-64</c>), when there is one for each; <see cref="Conda"/> is one of them.</summary>
    public ImmutableSortedDictionary<string, SourceText> CondaLists { get; init; } = ImmutableSortedDictionary.Create<string, SourceText>(StringComparer.Ordinal);

    /// <summary>The name of the lock of this recipe: another file that is chosen by hand has a lock of its own.</summary>
    public string LockName { get; init; } = Locking.EnvironmentLock.FileName;

    /// <summary>Where Python packages are asked for; null when nowhere.</summary>
    public PythonSource? Python { get; init; }

    /// <summary>The repository's own project, which is installed besides what <see cref="Python"/> asks for; null when there is none, or when that is it.</summary>
    public PythonSource? Project { get; init; }

    /// <summary>The Python that is asked for besides (<c>runtime.txt</c>), as <c>3.11</c>; null when any will do.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Whether R is asked for besides.</summary>
    public bool WantsR { get; init; }

    /// <summary>Packages of the base system, as written, sorted.</summary>
    public ImmutableArray<AptRequest> Apt { get; init; } = [];

    /// <summary>The script to run at the end, relative to the repository.</summary>
    public string? PostBuild { get; init; }

    /// <summary>The script that commands go through, relative to the repository.</summary>
    public string? Start { get; init; }

    /// <summary><c>install.R</c>, relative to the repository.</summary>
    public string? InstallR { get; init; }

    /// <summary>The R package that the repository's folder is; null when it is none.</summary>
    public RPackage? RPackage { get; init; }

    /// <summary>What <c>slipway.yml</c> says.</summary>
    public EnvironmentSettings Settings { get; init; } = new();

    /// <summary>What people should know.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; init; } = [];
}

/// <summary>Where Python packages are asked for.</summary>
/// <param name="Kind">What kind of file it is.</param>
/// <param name="File">The file.</param>
public sealed record PythonSource(PythonFileKind Kind, SourceText File)
{
    /// <summary>The file's path, relative to the repository.</summary>
    public required string Path { get; init; }
}

/// <summary>A package of the base system.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that must be it; null for any.</param>
/// <param name="Source">The file.</param>
/// <param name="Span">Where it is asked for.</param>
public sealed record AptRequest(string Name, string? Version, SourceText Source, TextSpan Span);
