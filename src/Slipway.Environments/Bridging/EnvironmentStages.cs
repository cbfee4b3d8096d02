using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Environments.Building;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Environments.Bridging;

/// <summary>
/// The virtual stages <c>env:PATH</c> of a Dockerfile (docs/decisions/0116): the environment that a file of the build context asks for, in the layers that a build from that file alone would
/// have. What is found is written down in a lock beside each file. Holds what is fetched meanwhile until it is disposed.
/// </summary>
/// <param name="files">The build context, nothing hidden; null without one.</param>
/// <param name="sources">The same as steps see it, the hidden left out: what projects are built of.</param>
/// <param name="shown">What messages call a path of it.</param>
/// <param name="services">The world.</param>
/// <param name="options">What may be done.</param>
public sealed class EnvironmentStages(IFileTree? files, IFileTree? sources, Func<string, string> shown, EnvironmentServices services, EnvironmentStageOptions options) : IVirtualStages, IDisposable
{
    private const string Scheme = "env:";

    private readonly Dictionary<string, EnvironmentFile> _files = [];

    /// <summary>The locks of the files that were asked for, in the order of their paths.</summary>
    public IEnumerable<FileLock> Locks => _files.Values.Select(file => file.Lock).OrderBy(file => file.Path, StringComparer.Ordinal);

    /// <summary>Whether there are variables that are only known once packages are fetched, and these may not be (<see cref="EnvironmentStageOptions.MayFetch"/>).</summary>
    public bool LacksVariables => _files.Values.Any(file => file.LacksVariables);

    /// <summary>Whether a stage got packages that were then chosen anew, because another stage has an older C library: all has to be planned once more.</summary>
    public bool TakeUnsettled()
    {
        bool any = false;
        foreach (EnvironmentFile file in _files.Values)
        {
            any |= file.TakeUnsettled();
        }

        return any;
    }

    /// <inheritdoc/>
    public bool Knows(string name) => name.StartsWith(Scheme, StringComparison.Ordinal) && name.Length > Scheme.Length;

    /// <inheritdoc/>
    public async Task<string> BaseAsync(string name, Platform platform, CancellationToken cancellationToken) =>
        await (await FileAsync(name, cancellationToken)).BaseAsync(platform, cancellationToken);

    /// <inheritdoc/>
    public async Task<IVirtualStage> OpenAsync(string name, BaseImage? below, Platform platform, CancellationToken cancellationToken)
    {
        EnvironmentFile file = await FileAsync(name, cancellationToken);
        if (below is null)
        {
            throw new DiagnosticException(
                "no-base", $"the packages of {file.Lock.Of} need a C library and other things of a base image, and this stage has none",
                "begin the stage with an image, such as FROM debian:stable-slim or FROM python:3-slim; into a stage FROM scratch copy single files from such a stage");
        }

        return await file.OpenAsync(below, platform, cancellationToken);
    }

    public void Dispose()
    {
        foreach (EnvironmentFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    private async Task<EnvironmentFile> FileAsync(string name, CancellationToken cancellationToken)
    {
        string written = name[Scheme.Length..], path = PathResolver.Clean(written);
        if (path != written)
        {
            throw new DiagnosticException("bad-path", $"{written} is no path within the build context", $"write {Scheme}{path}");
        }

        if (_files.TryGetValue(path, out EnvironmentFile? known))
        {
            return known;
        }

        if (files is null)
        {
            throw new DiagnosticException("no-context", $"{name} is a file of the build context, and this build has none, because the recipe was read from standard input", "give a folder: slipway build -f - FOLDER");
        }

        EnvironmentRecipe recipe = await RepositoryReader.ReadFileAsync(files, path, shown, cancellationToken);
        foreach (Diagnostic warning in recipe.Warnings)
        {
            services.Warn(warning);
        }

        return _files[path] = new EnvironmentFile(recipe, files, sources ?? files, await FileLock.ReadAsync(files, path, shown, cancellationToken), services, options);
    }
}

/// <summary>What <see cref="EnvironmentStages"/> may do.</summary>
public sealed record EnvironmentStageOptions
{
    /// <summary>Whether a lock that does not fit is brought up to date; else it is an error.</summary>
    public bool MayChangeLock { get; init; } = true;

    /// <summary>What is looked up anew although the locks say what it is.</summary>
    public Upgrade Upgrade { get; init; } = Upgrade.Nothing;

    /// <summary>Whether packages may be fetched to learn which variables they set; else those that are not known are left out.</summary>
    public bool MayFetch { get; init; } = true;
}
