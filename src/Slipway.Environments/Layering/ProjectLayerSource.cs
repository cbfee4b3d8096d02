using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Environments.Locking;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Entries;
using Slipway.PyPi.Wheels;

namespace Slipway.Environments.Layering;

/// <summary>
/// The layer of a project of the repository, above those of all packages: what its wheel holds, installed. It alone becomes another when the project's files do.
/// </summary>
/// <param name="environment">The packages beside it.</param>
/// <param name="project">The project.</param>
/// <param name="files">Names its files.</param>
/// <param name="place">Where its files are in the image.</param>
/// <param name="wheel">Gives its wheel, built if it is not there; the caller of it disposes it.</param>
/// <param name="warn">Hears of packages' files that it covers.</param>
public sealed class ProjectLayerSource(PythonEnvironment environment, LockedProject project, Digest files, string place, Func<CancellationToken, Task<WheelArchive>> wheel, Action<Diagnostic> warn) : ILayerSource, IDisposable
{
    /// <summary>Goes up when the same files would give other bytes than before.</summary>
    private const string Rules = "project-1";

    private readonly SemaphoreSlim _one = new(1);
    private WheelArchive? _built;

    /// <summary>The project's name.</summary>
    public string Name => project.Name;

    /// <inheritdoc/>
    public bool ReadsParent => false;

    /// <inheritdoc/>
    public void Describe(KeyBuilder key)
    {
        key.Add("rules", Rules).Add("project", project.Name).Add("files", files.ToString()).Add("place", place).Add("built on", environment.Surroundings);
        key.AddRange("built with", project.BuiltWith.Select(built => $"{built.FileName} {built.Sha256}"));
        PythonLayerSource.Describe(environment.Scheme, key);
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            _built ??= await wheel(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(LayerWriter writer, IFileTree below, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        var input = new WheelInput(_built!) { IsRequested = true, DirectUrl = DirectUrl.Folder(place) };
        WheelPlan plan = WheelInstallPlanner.Plan(environment.Scheme, [input], new WheelInstallOptions { AllowClashes = true }, cancellationToken);
        foreach (IGrouping<string, (string Path, string Owner)> covered in (await environment.CoveredAsync(plan.Entries, cancellationToken)).GroupBy(c => c.Owner))
        {
            string[] paths = [.. covered.Select(c => c.Path).Order(StringComparer.Ordinal)];
            string others = paths.Length > 1 ? $" and {paths.Length - 1} more {(paths.Length > 2 ? "files" : "file")}" : "";
            warn(new Diagnostic(
                Severity.Warning, "path-covered", $"{paths[0]}{others} of the project {project.Name} {(paths.Length > 1 ? "take" : "takes")} the place of what {covered.Key} has there", Help: "leave it out of the project's wheel, or leave the package away"));
        }

        await EntryLayer.WriteAsync(writer, environment.Scheme.Prefix, [.. plan.Entries], cancellationToken);
    }

    public void Dispose()
    {
        _built?.Dispose();
        _one.Dispose();
    }
}

/// <summary>What of an image is Python's.</summary>
/// <param name="Packages">Packages of indexes.</param>
/// <param name="Projects">Projects of the repository, above them.</param>
public sealed record ImagePythons(PythonEnvironment Packages, IReadOnlyList<ProjectLayerSource> Projects);
