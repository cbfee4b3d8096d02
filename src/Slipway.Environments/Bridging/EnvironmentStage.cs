using System.Collections.Immutable;
using Slipway.Build.Frontend;
using Slipway.Environments.Building;
using Slipway.Environments.Layering;
using Slipway.Environments.Locking;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Bridging;

/// <summary>An environment as a virtual stage of a Dockerfile.</summary>
internal sealed class EnvironmentStage(EnvironmentProject project, OpenedEnvironment environment, PlatformLock locked, EnvironmentServices services, bool mayFetch) : IVirtualStage
{
    /// <inheritdoc/>
    public string Folder => project.Layout.Prefix;

    /// <inheritdoc/>
    public IReadOnlyList<VirtualLayer> Layers { get; } = [.. EnvironmentLayers.Of(environment.Conda, environment.Python).Select(layer => new VirtualLayer(layer.Title, layer.Source))];

    /// <inheritdoc/>
    public IReadOnlyList<string> Command => UsualCommand.Of(project.Recipe, locked, []);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ImageVariables => EnvironmentPlanner.UsualVariables.SetItems(project.Recipe.Settings.Variables);

    /// <summary>Whether variables were asked for that are not known before the packages are fetched.</summary>
    public bool LacksVariables { get; private set; }

    /// <inheritdoc/>
    public async Task<ImmutableSortedDictionary<string, string>> VariablesAsync(IReadOnlyDictionary<string, string> before, CancellationToken cancellationToken)
    {
        if (!mayFetch && environment.Conda is { } conda && ActivationRecord.Find(conda, before, new FactStore(services.Store.Root)) is null)
        {
            LacksVariables = true;
            return environment.Variables.SetItem("PATH", $"{Folder}/bin:{before["PATH"]}").SetItem("CONDA_PREFIX", Folder);
        }

        ActivationRecord activation = await project.ActivateAsync(environment, before, cancellationToken);
        foreach (Diagnostic warning in activation.NotUnderstood.Select(EnvironmentProject.Unknown))
        {
            services.Warn(warning);
        }

        return activation.Variables;
    }
}
