using Slipway.Build.Graph;
using Slipway.Environments.Locking;

namespace Slipway.Environments.Layering;

/// <summary>The layers of an environment in the order in which they lie on each other. They are the same whatever they are laid on.</summary>
internal static class EnvironmentLayers
{
    /// <param name="conda">The conda packages; null without any.</param>
    /// <param name="pythons">The Python packages and projects; null without any.</param>
    public static IEnumerable<(string Title, ILayerSource Source)> Of(CondaEnvironment? conda, ImagePythons? pythons)
    {
        foreach (PackageLayer<LockedCondaPackage> layer in conda?.Layers ?? [])
        {
            yield return ($"conda {Title(layer.Name, [.. layer.Packages.Select(p => (p.Record.Name, p.Record.Version.ToString()))])}", new CondaLayerSource(conda!, layer));
        }

        if (conda is not null)
        {
            yield return ($"conda environment ({conda.Packages.Length} packages)", new CondaRestSource(conda));
        }

        PythonEnvironment? python = pythons?.Packages;
        foreach (PackageLayer<LockedPythonPackage> layer in python?.Layers ?? [])
        {
            yield return ($"python {Title(layer.Name, [.. layer.Packages.Select(p => (p.Name, p.Version))])}", new PythonLayerSource(python!, layer));
        }

        if (python is not null)
        {
            yield return ($"python environment ({python.Packages.Length} packages)", new PythonRestSource(python, conda));
        }

        foreach (ProjectLayerSource project in pythons?.Projects ?? [])
        {
            yield return ($"project {project.Name} (built)", project);
        }
    }

    private static string Title(string layer, (string Name, string Version)[] packages) => packages is [var only]
        ? $"{only.Name} {only.Version}"
        : $"{layer} ({packages.Length}: {string.Join(", ", packages.Take(3).Select(p => p.Name))}{(packages.Length > 3 ? ", …" : "")})";
}
