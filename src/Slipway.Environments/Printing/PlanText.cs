using System.Globalization;
using System.Text;
using Slipway.Environments.Building;
using Slipway.Environments.Layering;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Printing;

/// <summary>Says for people what was found in a repository, what wins and why, and which layers an image of it would have. Only the lock is asked.</summary>
public static class PlanText
{
    /// <summary>The text.</summary>
    public static string Of(EnvironmentRecipe recipe, EnvironmentLock file, ImageLayout layout)
    {
        var text = new StringBuilder("files\n");
        foreach (RecipeFile found in recipe.Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {(found.Use == RecipeUse.Ignored ? "-" : "+")} {found.Path}: {(found.Use == RecipeUse.Ignored ? "not used, " : "")}{found.Reason}\n");
        }

        foreach (PlatformLock locked in file.Platforms)
        {
            Write(recipe, locked, layout, text);
        }

        return text.ToString();
    }

    private static void Write(EnvironmentRecipe recipe, PlatformLock locked, ImageLayout layout, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"image for {locked.Platform}\n  base {locked.Base}@{locked.BaseDigest.Short}{(locked.LibC.Length > 0 ? $" ({locked.LibC})" : "")}\n");
        if (locked.Slim is { } rules)
        {
            text.Append(CultureInfo.InvariantCulture, $"  slim: packages without {string.Join(", ", SlimRules.All.Select(rule => rule.Name))} (rules {rules}; slipway plan --slim-rules lists them)\n");
        }

        if (!locked.Apt.IsEmpty)
        {
            Layer("apt", locked.Apt.Select(p => $"{p.Name} {p.Version}"), locked.Apt.Sum(p => p.Size));
        }

        text.Append(CultureInfo.InvariantCulture, $"  layer user {layout.UserName} ({layout.Uid}:{layout.Gid})\n");
        foreach (PackageLayer<LockedCondaPackage> layer in LayerAssignment.Order(locked.Conda, p => p.Layer, p => p.Record.Name, p => !p.Requested.IsEmpty))
        {
            Layer("conda", layer.Packages.Select(p => $"{p.Record.Name} {p.Record.Version}"), layer.Packages.Sum(p => p.Record.Size ?? 0));
        }

        foreach (PackageLayer<LockedPythonPackage> layer in LayerAssignment.Order(locked.Python, p => p.Layer, p => p.Name, p => p.IsRequested))
        {
            Layer("python", layer.Packages.Select(p => $"{p.Name} {p.Version}"), layer.Packages.Sum(p => p.Size ?? 0));
        }

        if (!locked.Conda.IsEmpty || locked.HasPython)
        {
            text.Append(CultureInfo.InvariantCulture, $"  layer environment {layout.Prefix}\n");
        }

        foreach (LockedProject project in locked.Projects)
        {
            text.Append(CultureInfo.InvariantCulture, $"  layer project {project.Name}, built of {(project.Folder.Length > 0 ? project.Folder : "this repository")}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  layer project files in {layout.Project}\n");
        foreach (string script in new[] { recipe.RPackage is { } package ? $"R package {package.Name}" : null, recipe.InstallR, recipe.PostBuild }.OfType<string>())
        {
            text.Append(CultureInfo.InvariantCulture, $"  layer {script} (not reproducible)\n");
        }

        void Layer(string kind, IEnumerable<string> packages, long size) =>
            text.Append(CultureInfo.InvariantCulture, $"  layer {kind}: {string.Join(", ", packages)}{(size > 0 ? $" ({ByteText.Of(size)} packed)" : "")}\n"); // locks of other tools may not know sizes
    }
}
