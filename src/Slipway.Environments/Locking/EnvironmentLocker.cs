using System.Collections.Immutable;
using System.Text;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Conda.Targets;
using Slipway.Environments.Building;
using Slipway.Environments.Layering;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.PyPi.Files;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Locking;

/// <summary>Finds the exact packages and the base image of a recipe for one platform.</summary>
internal sealed class EnvironmentLocker(EnvironmentServices services, EnvironmentRecipe recipe, IProjectFiles files, Platform platform)
{
    // Goes up when the same recipe should be looked up anew.
    private const string Rules = "lock-1";

    private const string CondaBase = "debian:stable-slim";

    /// <summary>What the recipe wants of both engines.</summary>
    /// <exception cref="DiagnosticException">The files have mistakes.</exception>
    public async Task<EnvironmentWish> ReadWishAsync(CancellationToken cancellationToken)
    {
        List<Diagnostic> problems = [];
        var conda = CondaWish.Of(recipe, platform, problems);
        PythonWish python = await PythonWish.ReadAsync(recipe, conda, files, services.Variables, problems, cancellationToken);
        if (problems.Any(p => p.Severity == Severity.Error))
        {
            throw new DiagnosticException([.. problems]);
        }

        foreach (Diagnostic warning in problems)
        {
            services.Warn(warning);
        }

        return new EnvironmentWish(conda, python);
    }

    /// <summary>Names what is asked for: all that decides which packages and which base image are chosen, and nothing else.</summary>
    public Digest Describe(EnvironmentWish wish)
    {
        var key = new KeyBuilder();
        key.Add("rules", Rules).Add("platform", platform.ToString()).Add("base", BaseName(wish.Conda)).Add("cuda", recipe.Settings.Cuda);
        key.Add("exclude newer", recipe.Settings.ExcludeNewer?.ToUnixTimeSeconds().ToString()).AddRange("apt", AptWords());
        wish.Conda.Describe(key);
        wish.Python.Describe(key);
        return key.ToDigest();
    }

    /// <param name="wish">What is wanted.</param>
    /// <param name="before">The lock that is there, whose picks are kept where they fit; null without one.</param>
    /// <param name="upgrade">What is looked up as if there were no lock.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<PlatformLock> LockAsync(EnvironmentWish wish, PlatformLock? before, Upgrade upgrade, CancellationToken cancellationToken)
    {
        string name = BaseName(wish.Conda);
        PlatformLock? kept = before is not null && before.Base == name && !upgrade.Everything ? before : null;
        BaseImage image = await BaseAsync(name, kept?.BaseDigest, cancellationToken);
        LibC? libC = await LibCAsync(image, cancellationToken);
        CondaTarget target = Target(wish.Conda, libC, name);
        services.Note($"looking for packages for {platform}");
        ImmutableArray<LockedCondaPackage> conda = await new CondaLocker(services).LockAsync(
            wish.Conda, target, [.. (before?.Conda ?? []).Where(p => !upgrade.Covers(p.Record.Name)).Select(p => p.Record)], recipe.Settings.ExcludeNewer, cancellationToken);
        ImmutableArray<LockedPythonPackage> python = await PythonAsync(wish, image, conda, libC, before, upgrade, cancellationToken);
        return new PlatformLock
        {
            Platform = platform.ToString(),
            Recipe = Describe(wish),
            Base = name,
            BaseDigest = image.Manifest,
            LibC = libC?.ToString() ?? "",
            Apt = await AptAsync(image, before, upgrade, cancellationToken),
            Conda = WithLayers(conda, before),
            Python = WithLayers(python, before),
        };
    }

    /// <summary>The base image of a lock.</summary>
    /// <exception cref="DiagnosticException">It is not here and cannot be had.</exception>
    public Task<BaseImage> BaseAsync(string name, Digest? digest, CancellationToken cancellationToken) =>
        services.Images.ResolveAsync(ImageReference.Parse(digest is null || name.Contains('@', StringComparison.Ordinal) ? name : $"{name}@{digest}"), platform, cancellationToken);

    private async Task<LibC?> LibCAsync(BaseImage image, CancellationToken cancellationToken) =>
        await new LibCReader(new SnapshotTree(await Snapshot.LoadAsync(services.Store.Layers, image.Config.DiffIds, cancellationToken))).ReadAsync(cancellationToken);

    private CondaTarget Target(CondaWish wish, LibC? libC, string name)
    {
        var target = new CondaTarget { Subdir = wish.Subdir, Cuda = recipe.Settings.Cuda };
        if (wish.IsEmpty || libC is { Kind: LibCKind.Glibc })
        {
            return (libC is { } found ? target with { Glibc = $"{found.Major}.{found.Minor}" } : target).With(services.Variables);
        }

        throw new DiagnosticException(
            "no-glibc", $"conda packages need the GNU C library, and the base image {name} has {libC?.ToString() ?? "none"}.", "Name another with base: in slipway.yml, such as debian:stable-slim, or leave base: away.");
    }

    private string BaseName(CondaWish wish) => recipe.Settings.Base ?? (wish.IsEmpty && recipe.Python is not null ? $"python:{recipe.PythonVersion ?? "3"}-slim" : CondaBase);

    private IEnumerable<string> AptWords() => recipe.Apt.Select(p => p.Version is null ? p.Name : $"{p.Name}={p.Version}");

    // The archive is asked when something else is wanted than the lock says; what it has can only be known in the base image.
    private async Task<ImmutableArray<LockedAptPackage>> AptAsync(BaseImage image, PlatformLock? before, Upgrade upgrade, CancellationToken cancellationToken)
    {
        if (recipe.Apt.IsEmpty)
        {
            return [];
        }

        var requested = recipe.Apt.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        if (before is not null && before.BaseDigest == image.Manifest && !upgrade.Everything && !before.Apt.Any(p => upgrade.Covers(p.Name)) && IsStill(before.Apt, requested))
        {
            return before.Apt;
        }

        services.Note($"asking the base image's archive for {string.Join(", ", requested.Order(StringComparer.Ordinal))}");
        var label = new StageLabel("apt");
        Operation top = new ImageOperation(new StepOrigin(label, label.NextStep(), $"FROM {image.Reference?.Familiar}", null, default), image);
        var ask = new RunOperation(new StepOrigin(label, label.NextStep(), "ask apt for versions", recipe.Apt[0].Source, recipe.Apt[0].Span), top, AptInstall.Resolve(AptWords())) { Platform = platform };
        byte[] answer = await services.RunForFileAsync(ask, AptInstall.ListPath, cancellationToken);
        return AptInstall.Read(Encoding.UTF8.GetString(answer), requested);
    }

    private bool IsStill(ImmutableArray<LockedAptPackage> locked, HashSet<string> requested) =>
        locked.Where(p => p.IsRequested).Select(p => p.Name).ToHashSet(StringComparer.Ordinal).SetEquals(requested)
        && recipe.Apt.All(p => p.Version is null || locked.Any(l => l.Name == p.Name && l.Version == p.Version));

    /// <summary>The Python of a base image.</summary>
    /// <exception cref="DiagnosticException">There is none.</exception>
    public Task<BasePython> PythonOfBaseAsync(BaseImage image, CancellationToken cancellationToken) =>
        BasePythonRecord.OfAsync(image, services.Store.Layers, new FactStore(services.Store.Root), cancellationToken);

    /// <summary>What Python packages are chosen for in a conda environment; null without a Python in it.</summary>
    public static PythonTarget? TargetOf(IEnumerable<LockedCondaPackage> conda, string libC, Platform platform) => conda.FirstOrDefault(p => p.Record.Name == "python") is { } python
        && PythonVersion.TryParse(python.Record.Version.ToString(), out PythonVersion? version) && LibC.TryParse(libC, out LibC library)
            ? new PythonTarget(version, library, PythonTarget.ArchitectureOf(platform.Architecture, platform.Variant)) : null;

    private async Task<ImmutableArray<LockedPythonPackage>> PythonAsync(
        EnvironmentWish wish, BaseImage image, ImmutableArray<LockedCondaPackage> conda, LibC? libC, PlatformLock? before, Upgrade upgrade, CancellationToken cancellationToken)
    {
        if (wish.Python.IsEmpty)
        {
            return [];
        }

        PythonTarget target = TargetOf(conda, libC?.ToString() ?? "", platform) ?? (await PythonOfBaseAsync(image, cancellationToken)).Target;
        var preferred = (before?.Python ?? []).Where(p => !upgrade.Covers(p.Name)).ToDictionary(p => ProjectName.Parse(p.Name), p => PythonVersion.Parse(p.Version));
        return await new PythonLocker(services).LockAsync(wish.Python, target, CondaPythons.Of(conda.Select(p => p.Record)), preferred, recipe.Settings.ExcludeNewer, cancellationToken);
    }

    private static ImmutableArray<LockedPythonPackage> WithLayers(ImmutableArray<LockedPythonPackage> packages, PlatformLock? before)
    {
        ImmutableDictionary<string, string> layers = LayerAssignment.Assign(
            [.. packages.Select(p => new LayeredPackage(p.Name, p.Size ?? 0, p.Requires, p.IsRequested))],
            (before?.Python ?? []).ToDictionary(p => p.Name, p => new PlacedPackage(p.Layer, p.Size ?? 0)));
        return [.. packages.Select(p => p with { Layer = layers[p.Name] })];
    }

    private static ImmutableArray<LockedCondaPackage> WithLayers(ImmutableArray<LockedCondaPackage> packages, PlatformLock? before)
    {
        ImmutableDictionary<string, string> layers = LayerAssignment.Assign(
            [.. packages.Select(p => new LayeredPackage(p.Record.Name, p.Record.Size ?? 0, [.. p.Record.DependencyNames], !p.Requested.IsEmpty))],
            (before?.Conda ?? []).ToDictionary(p => p.Record.Name, p => new PlacedPackage(p.Layer, p.Record.Size ?? 0)));
        return [.. packages.Select(p => p with { Layer = layers[p.Record.Name] })];
    }
}

/// <summary>What a recipe wants on one platform.</summary>
/// <param name="Conda">Of conda.</param>
/// <param name="Python">Of Python packages.</param>
public sealed record EnvironmentWish(CondaWish Conda, PythonWish Python);

/// <summary>What is looked up anew although a lock says what it is.</summary>
/// <param name="Everything">All of it, base image and system packages included.</param>
/// <param name="Names">These packages only.</param>
public sealed record Upgrade(bool Everything, ImmutableHashSet<string> Names)
{
    public static Upgrade Nothing { get; } = new(false, []);

    internal bool Covers(string name) => Everything || Names.Contains(name);
}
