using System.Text;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Environments.Locking;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Packages.Entries;
using Slipway.PyPi.Wheels;

namespace Slipway.Environments.Layering;

/// <summary>A layer of some Python packages. It holds all that they bring, and nothing of it depends on other packages.</summary>
public sealed class PythonLayerSource(PythonEnvironment environment, PackageLayer<LockedPythonPackage> layer) : ILayerSource
{
    /// <summary>Goes up when the same packages would give other bytes than before.</summary>
    private const string Rules = "python-1";

    /// <inheritdoc/>
    public bool ReadsParent => false;

    /// <inheritdoc/>
    public void Describe(KeyBuilder key) => Describe(environment, layer, key);

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => environment.PrepareAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(LayerWriter writer, IFileTree below, CancellationToken cancellationToken) =>
        await EntryLayer.WriteAsync(writer, environment.Scheme.Prefix, await environment.PartAsync(layer, cancellationToken), cancellationToken);

    /// <summary>Where packages of an environment go.</summary>
    internal static void Describe(InstallScheme scheme, KeyBuilder key)
    {
        key.Add("prefix", scheme.Prefix).Add("purelib", scheme.Purelib).Add("platlib", scheme.Platlib).Add("scripts", scheme.Scripts).Add("data", scheme.Data);
        key.Add("headers", scheme.Headers).Add("interpreter", scheme.Interpreter).Add("tag", scheme.CompiledTag);
    }

    /// <summary>All that decides what packages put into the prefix.</summary>
    internal static void Describe(PythonEnvironment environment, PackageLayer<LockedPythonPackage> layer, KeyBuilder key)
    {
        Describe(environment.Scheme, key.Add("rules", Rules));
        if (environment.LeftOut is { } leftOut)
        {
            key.Add("left out", leftOut.Rules);
        }

        foreach (LockedPythonPackage package in layer.Packages)
        {
            key.Add("package", $"{package.Name} {package.Version}").Add("sha256", package.Sha256).Add("file", package.FileName).Add("requested", package.IsRequested.ToString());
            if (package.OriginIn(environment.ProjectFolder) is { } origin)
            {
                key.Add("origin", Encoding.UTF8.GetString(origin.ToJson()));
            }

            if (package.IsSource)
            {
                key.Add("built on", environment.Surroundings).AddRange("built with", package.BuiltWith.Select(wheel => $"{wheel.FileName} {wheel.Sha256}"));
            }
        }
    }
}

/// <summary>The layer above those of the packages: the virtual environment's own files, and whatever packages disagree about.</summary>
/// <param name="environment">The packages.</param>
/// <param name="conda">What else is in the prefix; null without conda.</param>
public sealed class PythonRestSource(PythonEnvironment environment, CondaEnvironment? conda) : ILayerSource
{
    /// <inheritdoc/>
    public bool ReadsParent => false;

    /// <inheritdoc/>
    public void Describe(KeyBuilder key)
    {
        foreach (PackageLayer<LockedPythonPackage> layer in environment.Layers)
        {
            PythonLayerSource.Describe(environment, layer, key.Add("layer", layer.Name));
        }

        key.AddRange("basics", environment.Basics.Select(e => $"{e.Path} {e.Kind} {e.LinkTarget} {e.Sha256}"));
        if (conda is not null)
        {
            new CondaRestSource(conda).Describe(key); // whose paths must not be taken
        }
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(CancellationToken cancellationToken) => await Task.WhenAll(environment.PrepareAsync(cancellationToken), conda?.PrepareAsync(cancellationToken) ?? Task.CompletedTask);

    /// <inheritdoc/>
    public async Task WriteAsync(LayerWriter writer, IFileTree below, CancellationToken cancellationToken)
    {
        EnvironmentRest rest = await environment.RestAsync(cancellationToken);
        await EntryLayer.WriteAsync(writer, environment.Scheme.Prefix, rest.Entries, rest.Hidden, cancellationToken);
    }
}
