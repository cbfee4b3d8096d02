using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;

namespace Slipway.Environments.Building;

/// <summary>What a container of an environment runs when nobody says something else.</summary>
internal static class UsualCommand
{
    /// <param name="recipe">The recipe, which may say.</param>
    /// <param name="locked">The packages.</param>
    /// <param name="ofBase">The command of the base image.</param>
    public static IReadOnlyList<string> Of(EnvironmentRecipe recipe, PlatformLock locked, IReadOnlyList<string> ofBase) =>
        !recipe.Settings.Command.IsEmpty ? recipe.Settings.Command
        : Has(locked, "jupyterlab") ? ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser"]
        : Has(locked, "python") || locked.HasPython ? ["python"]
        : Has(locked, "r-base") ? ["R"]
        : ofBase;

    /// <summary>Whether one of the engines has a package of that name.</summary>
    public static bool Has(PlatformLock locked, string name) => locked.Conda.Any(p => p.Record.Name == name) || locked.Python.Any(p => p.Name == name);
}
