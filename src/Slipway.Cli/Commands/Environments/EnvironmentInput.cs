using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Images;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Environments.Building;
using Slipway.Environments.Capturing;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Environments;

/// <summary>A repository without a Dockerfile: its environment files say what is built.</summary>
internal sealed record EnvironmentInput : BuildInput
{
    private readonly EnvironmentSession _session;
    private EnvironmentProject? _project;

    private EnvironmentInput(string recipe, IReadOnlyDictionary<string, IBuildContext> contexts, ImmutableArray<Platform> platforms, EnvironmentSession session)
        : base(recipe, contexts, platforms) => _session = session;

    /// <summary>What the repository asks for.</summary>
    public required EnvironmentRecipe Environment { get; init; }

    /// <summary>The repository, with what the ignore file hides.</summary>
    public required WitnessedContext Files { get; init; }

    /// <summary>The files that come into the image, seen apart from the context: that one is listed after the lock is written, which is among them.</summary>
    public required IBuildContext Sources { get; init; }

    public required LockFile Lock { get; init; }

    /// <summary>Opens the repository as it is now.</summary>
    public required Func<IBuildContext> Relist { get; init; }

    /// <summary>Further labels of the image.</summary>
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>Whether a lock that does not fit the files is brought up to date.</summary>
    public bool MayChangeLock { get; init; } = true;

    /// <summary>Where what was built is remembered; null when it is not.</summary>
    public BuildMemory? Memory { get; init; }

    /// <summary>Looks for environment files.</summary>
    /// <returns>An <see cref="EnvironmentInput"/>, or the image that was built of the same before; null when there is a Dockerfile, or nothing that says what is wanted.</returns>
    /// <exception cref="DiagnosticException">The files have mistakes.</exception>
    public static async Task<BuildInput?> FindAsync(
        CliContext cli, BuildFlags flags, ParseResult parsed, ContextPlace place, ImmutableArray<Platform> platforms, ImageStore store, RemoteSources sources, ContextReader reader, BuildManner? how,
        CancellationToken cancellationToken)
    {
        if (BuildInputReader.Unhidden(place, reader) is not { } repository)
        {
            return null;
        }

        var memory = BuildMemory.Of(flags, parsed, how, place.Folder, store);
        if (memory is not null && await memory.FindAsync(repository, await FilesOfImageAsync(), cancellationToken) is { } made)
        {
            return new MadeInput(repository.Place, [.. made.Images.Select(image => image.Config.Platform)], made);
        }

        var files = new WitnessedContext(repository);
        string? chosen = parsed.GetValue(flags.File) is { } named ? await ChosenAsync(files, place.Folder, named, cancellationToken) : null;
        if (chosen is null && (parsed.GetValue(flags.File) is not null || await HasDockerfileAsync(files, cancellationToken)))
        {
            return null;
        }

        RecipeChoice choice = flags.Environments.Read(parsed) with { File = chosen };
        EnvironmentRecipe? recipe = await RepositoryReader.ReadAsync(files, path => place.Folder is { } at ? RecipeReader.Shown(Path.Combine(at, path)) : path, choice, cancellationToken);
        if (recipe is null)
        {
            return null;
        }

        var contexts = new Dictionary<string, IBuildContext> { ["context"] = await FilesOfImageAsync() };
        ImmutableArray<Platform> wanted = parsed.GetValue(flags.Platform) is { Length: > 0 } || recipe.Settings.Platforms.IsEmpty ? platforms : [.. recipe.Settings.Platforms.Select(Platform.Parse)];
        return new EnvironmentInput(files.Place, contexts, wanted, new EnvironmentSession(cli, store, sources, place.Folder ?? "/"))
        {
            Environment = recipe,
            Files = files,
            Sources = await FilesOfImageAsync(),
            Lock = await LockAsync(files, place.Folder, recipe.LockName, cancellationToken),
            Labels = BuildInputReader.ReadLabels(parsed.GetValue(flags.Label)),
            MayChangeLock = !parsed.GetValue(flags.Locked),
            Memory = memory,
            Relist = () => BuildInputReader.Unhidden(place, reader)!,
        };

        async Task<IBuildContext> FilesOfImageAsync() => place.Folder is { } local
            ? reader.Local(local, IgnoreFiles.Read(local, null))
            : place.Opened!.ToContext(await IgnoreFiles.ReadAsync(place.Opened, null, cancellationToken));
    }

    public override async Task<IReadOnlyList<Plan>> PlanAsync(IBaseImages images, IBuildProgress progress, CancellationToken cancellationToken)
    {
        EnvironmentLock file = await LockAsync(images, progress, Upgrade.Nothing, MayChangeLock, cancellationToken);
        if (Lock.Write(file))
        {
            progress.Report(new BuildNote($"{Lock.Shown} is {(Lock.Text is null ? "written" : "brought up to date")}"));
        }

        return await Project(images, progress).PlanAsync(file, Platforms, Labels, cancellationToken);
    }

    /// <summary>The lock that fits the files; nothing is written.</summary>
    /// <param name="images">Finds base images.</param>
    /// <param name="progress">Hears what is done for it.</param>
    /// <param name="upgrade">What is looked up anew although the lock says what it is.</param>
    /// <param name="mayChange">Whether a lock that does not fit is brought up to date; else it is an error.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<EnvironmentLock> LockAsync(IBaseImages images, IBuildProgress progress, Upgrade upgrade, bool mayChange, CancellationToken cancellationToken) =>
        Project(images, progress).LockAsync(Lock.Read(), Platforms, upgrade, mayChange, cancellationToken);

    /// <summary>A lock of exactly what an environment has; nothing is written.</summary>
    public Task<EnvironmentLock> CaptureAsync(IBaseImages images, IBuildProgress progress, CapturedEnvironment environment, CancellationToken cancellationToken) => Platforms is [var platform]
        ? Project(images, progress).CaptureAsync(environment, platform, cancellationToken)
        : throw new UsageException("one-platform", "an environment is of one platform", "name it with --platform");

    /// <summary>Where things will be in the image.</summary>
    public ImageLayout Layout(IBaseImages images, IBuildProgress progress) => Project(images, progress).Layout;

    public override IEnumerable<Diagnostic> Check(Plan plan) => [];

    public override async Task KeepAsync(BuiltImage built, CancellationToken cancellationToken)
    {
        if (Memory is { } memory)
        {
            // The lock may have been written since it was read, and the files of the image were listed after that.
            await Files.RewriteAsync(Relist(), Environment.LockName, cancellationToken);
            await memory.KeepAsync(Files, Contexts["context"], _session.AskedVariables, built, cancellationToken);
        }
    }

    public override void Dispose()
    {
        _project?.Dispose();
        _session.Dispose();
        base.Dispose();
    }

    private EnvironmentProject Project(IBaseImages images, IBuildProgress progress) => _project ??= new EnvironmentProject(Environment, new TreeFiles(Files), Sources, _session.Services(images, progress));

    private static async Task<bool> HasDockerfileAsync(IBuildContext files, CancellationToken cancellationToken)
    {
        foreach (string name in new[] { "Dockerfile", "dockerfile" })
        {
            if ((await PathResolver.ResolveAsync(files, name, followLast: true, cancellationToken)).Node is { Kind: FileKind.Regular })
            {
                return true;
            }
        }

        return false;
    }

    // An environment file that -f names, as a path of the repository; null when it is something else, such as a Dockerfile.
    private static async Task<string?> ChosenAsync(IBuildContext files, string? folder, string named, CancellationToken cancellationToken)
    {
        if (named == "-" || ContextReader.IsWeb(named))
        {
            return null;
        }

        string path = folder is null ? PathResolver.Clean(named) : Path.GetRelativePath(folder, Path.GetFullPath(named));
        bool isOutside = path.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(path);
        string? text = isOutside || !path.EndsWith(".txt", StringComparison.Ordinal) ? null : await ReadAsync(files, path, cancellationToken);
        return !PackageFiles.IsOne(path, () => text) ? null
            : !isOutside ? path
            : throw new DiagnosticException("outside-project", $"{named} is outside of the repository, which is all that may be read", "put the file into the repository, or build the folder that holds it");
    }

    private static async Task<string?> ReadAsync(IBuildContext files, string path, CancellationToken cancellationToken)
    {
        if ((await PathResolver.ResolveAsync(files, path, followLast: true, cancellationToken)).Node is not { Kind: FileKind.Regular } node)
        {
            return null;
        }

        await using Stream stream = await files.OpenAsync(node, cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static async Task<LockFile> LockAsync(IBuildContext files, string? folder, string name, CancellationToken cancellationToken)
    {
        string? path = folder is null ? null : Path.Combine(folder, name);
        return new LockFile(path, path is null ? name : RecipeReader.Shown(path), await ReadAsync(files, name, cancellationToken));
    }
}
