namespace Slipway.Environments.Recipes;

/// <summary>A file that was looked at, and what it is good for.</summary>
/// <param name="Path">Relative to the repository.</param>
/// <param name="Use">What it is used as.</param>
/// <param name="Reason">Why it is used so, or not at all; one clause.</param>
public sealed record RecipeFile(string Path, RecipeUse Use, string Reason);

/// <summary>What a file of a repository is used as.</summary>
public enum RecipeUse
{
    /// <summary>Another file comes before it, or it is no longer supported.</summary>
    Ignored,

    /// <summary>Says what conda packages are wanted.</summary>
    Conda,

    /// <summary>Says what Python packages are wanted.</summary>
    Python,

    /// <summary>Says which Python or R is wanted.</summary>
    Runtime,

    /// <summary>Names packages of the base system.</summary>
    Apt,

    /// <summary>A script that is run at the end of the build.</summary>
    PostBuild,

    /// <summary>A script that a container's command goes through.</summary>
    Start,

    /// <summary>An R script that installs R packages.</summary>
    InstallR,

    /// <summary>Describes the repository as an R package.</summary>
    RPackage,

    /// <summary>Settings of Slipway.</summary>
    Settings,

    /// <summary>Exact packages, found earlier.</summary>
    Lock,

    /// <summary>A Dockerfile, which says everything itself.</summary>
    Dockerfile,
}
