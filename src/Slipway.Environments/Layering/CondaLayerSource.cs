using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Conda.Records;
using Slipway.Environments.Locking;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Packages.Entries;

namespace Slipway.Environments.Layering;

/// <summary>A layer of some conda packages. It holds all that they bring, and nothing of it depends on other packages but the place of Python's modules.</summary>
public sealed class CondaLayerSource(CondaEnvironment environment, PackageLayer<LockedCondaPackage> layer) : ILayerSource
{
    /// <summary>Goes up when the same packages would give other bytes than before.</summary>
    internal const string Rules = "conda-1";

    /// <inheritdoc/>
    public bool ReadsParent => false;

    /// <inheritdoc/>
    public void Describe(KeyBuilder key)
    {
        key.Add("rules", Rules).Add("prefix", environment.Options.Prefix).Add("subdir", environment.Options.Subdir);
        DescribeLeftOut(environment, key);

        // A lock of another tool may not say that a package is one of Python without a platform; only its archive knows.
        bool needsPython = layer.Packages.Any(package => package.Record.NoArch != NoArchKind.Generic);
        key.Add("python", needsPython && environment.Options.Python is { } python ? $"{python.Version} {python.Build.Contains("pypy", StringComparison.Ordinal)} {python.PythonSitePackagesPath}" : null);
        foreach (LockedCondaPackage package in layer.Packages)
        {
            DescribePackage(package, key);
        }
    }

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => environment.PrepareAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(LayerWriter writer, IFileTree below, CancellationToken cancellationToken) =>
        await EntryLayer.WriteAsync(writer, environment.Options.Prefix, await environment.PartAsync(layer, cancellationToken), cancellationToken);

    internal static void DescribeLeftOut(CondaEnvironment environment, KeyBuilder key)
    {
        if (environment.Options.LeftOut is { } leftOut)
        {
            key.Add("left out", leftOut.Rules);
        }
    }

    /// <summary>All of a package that gets into the environment: its archive, and what its record says.</summary>
    internal static void DescribePackage(LockedCondaPackage package, KeyBuilder key)
    {
        PackageRecord record = package.Record;
        key.Add("package", record.ToString()).Add("sha256", record.Sha256).Add("md5", record.Md5).Add("url", record.Url).Add("channel", record.Channel).Add("subdir", record.Subdir);
        key.Add("size", record.Size?.ToString()).Add("license", record.License).Add("noarch", record.NoArch.ToString()).Add("timestamp", record.Timestamp?.ToUnixTimeMilliseconds().ToString());
        key.Add("build number", record.BuildNumber.ToString()).Add("site-packages", record.PythonSitePackagesPath);
        key.AddRange("depends", record.Depends).AddRange("constrains", record.Constrains).AddRange("features", record.TrackFeatures).AddRange("requested", package.Requested);
    }
}

/// <summary>The layer above those of the packages: the environment's history and state, and whatever packages disagree about.</summary>
public sealed class CondaRestSource(CondaEnvironment environment) : ILayerSource
{
    /// <inheritdoc/>
    public bool ReadsParent => false;

    /// <inheritdoc/>
    public void Describe(KeyBuilder key)
    {
        key.Add("rules", CondaLayerSource.Rules).Add("prefix", environment.Options.Prefix).Add("subdir", environment.Options.Subdir).Add("frozen", environment.Options.FrozenMessage);
        CondaLayerSource.DescribeLeftOut(environment, key);
        key.AddRange("variables", environment.Options.Variables.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"));
        foreach (PackageLayer<LockedCondaPackage> layer in environment.Layers)
        {
            key.Add("layer", layer.Name);
            foreach (LockedCondaPackage package in layer.Packages)
            {
                CondaLayerSource.DescribePackage(package, key);
            }
        }
    }

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => environment.PrepareAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(LayerWriter writer, IFileTree below, CancellationToken cancellationToken)
    {
        EnvironmentRest rest = await environment.RestAsync(cancellationToken);
        await EntryLayer.WriteAsync(writer, environment.Options.Prefix, rest.Entries, rest.Hidden, cancellationToken);
    }
}
