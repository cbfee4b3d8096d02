using System.Collections.Immutable;
using System.Text;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Conda.Targets;
using Slipway.Environments.Building;
using Slipway.Environments.Builds;
using Slipway.Environments.Capturing;
using Slipway.Environments.Layering;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Locking;

/// <summary>Finds the exact packages and the base image of a recipe for one platform.</summary>
/// <param name="services">The world.</param>
/// <param name="recipe">What is asked for.</param>
/// <param name="files">The repository.</param>
/// <param name="platform">The image's platform.</param>
/// <param name="open">Makes what builds for an image, of which the lock has all but the Python packages.</param>
internal sealed class EnvironmentLocker(EnvironmentServices services, EnvironmentRecipe recipe, IProjectFiles files, Platform platform, OpenBuilds open)
{
    // Goes up when the same recipe should be looked up anew.
    private const string Rules = "lock-1";

    private const string CondaBase = "debian:stable-slim";

    /// <summary>What the recipe wants of both engines.</summary>
    /// <exception cref="DiagnosticException">The files have mistakes.</exception>
    public async Task<EnvironmentWish> ReadWishAsync(CancellationToken cancellationToken)
    {
        List<Diagnostic> problems = [];
        var conda = CondaWish.Of(recipe, platform, services.Variables, problems);
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
        return await LockOnAsync(await BaseAsync(name, kept?.BaseDigest, cancellationToken), name, wish, before, upgrade, cancellationToken);
    }

    /// <summary>As <see cref="LockAsync"/>, on a base image that is decided.</summary>
    /// <param name="image">The base image.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="wish">What is wanted.</param>
    /// <param name="before">As for <see cref="LockAsync"/>.</param>
    /// <param name="upgrade">As for <see cref="LockAsync"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<PlatformLock> LockOnAsync(
        BaseImage image, string name, EnvironmentWish wish, PlatformLock? before, Upgrade upgrade, CancellationToken cancellationToken)
    {
        LibC? libC = await LibCAsync(image, cancellationToken);
        CondaTarget target = Target(wish.Conda, libC, name);
        services.Note($"looking for packages for {platform}");
        var nothing = new PlatformLock { Platform = platform.ToString(), Recipe = Describe(wish), Base = name, BaseDigest = image.Manifest, LibC = libC?.ToString() ?? "" };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ImmutableArray<LockedAptPackage>> apt = AptAsync(image, before, upgrade, cancellationToken);
        Task<PlatformLock> packages = PackagesAsync(wish, image, nothing, target, apt, before, upgrade, stop.Token);
        try
        {
            // Of two failures it is always this one that is told, whichever came first: the question takes seconds, a search may take minutes.
            await apt;
        }
        catch
        {
            await stop.CancelAsync();
            await ((Task)packages).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await packages;
    }

    // The searches need not know what apt says; only builds of Python packages wait for it.
    private async Task<PlatformLock> PackagesAsync(
        EnvironmentWish wish, BaseImage image, PlatformLock nothing, CondaTarget target, Task<ImmutableArray<LockedAptPackage>> apt, PlatformLock? before, Upgrade upgrade, CancellationToken cancellationToken)
    {
        ImmutableArray<LockedCondaPackage> conda = await new CondaLocker(services).LockAsync(
            wish.Conda, target, [.. (before?.Conda ?? []).Where(p => !upgrade.Covers(p.Record.Name)).Select(p => p.Record)], recipe.Settings.ExcludeNewer, cancellationToken);
        PlatformLock ground = nothing with { Conda = WithLayers(conda, before) };
        PythonPicks python = await PythonAsync(wish, image, ground, apt, before, upgrade, cancellationToken);
        return ground with { Apt = await apt, Python = WithLayers(python.Packages, before), Projects = python.Projects };
    }

    /// <summary>A lock of exactly what an environment has.</summary>
    /// <param name="wish">What the recipe that was written of it wants.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">Packages cannot be had any more, or not for this platform.</exception>
    public async Task<PlatformLock> CaptureAsync(EnvironmentWish wish, CapturedEnvironment environment, CancellationToken cancellationToken)
    {
        string name = BaseName(wish.Conda);
        BaseImage image = await BaseAsync(name, null, cancellationToken);
        LibC? libC = await LibCAsync(image, cancellationToken);
        CondaTarget glibc = Target(wish.Conda, libC, name);
        services.Note($"looking for the packages of {environment.Prefix}");
        var capture = new CaptureLocker(services);
        ImmutableArray<LockedCondaPackage> conda = await capture.CondaAsync(environment.Conda, wish.Conda with { Subdir = glibc.Subdir }, cancellationToken);
        ImmutableArray<LockedPythonPackage> python = environment.Python.IsEmpty ? []
            : await capture.PythonAsync(environment.Python, wish.Python, TargetOf(conda, libC?.ToString() ?? "", platform) ?? (await PythonOfBaseAsync(image, cancellationToken)).Target, cancellationToken);
        return new PlatformLock
        {
            Platform = platform.ToString(),
            Recipe = Describe(wish),
            Base = name,
            BaseDigest = image.Manifest,
            LibC = libC?.ToString() ?? "",
            Apt = await AptAsync(image, null, Upgrade.Nothing, cancellationToken),
            Conda = WithLayers(conda, null),
            Python = WithLayers(python, null),
        };
    }

    /// <summary>The base image of a lock.</summary>
    /// <exception cref="DiagnosticException">It is not here and cannot be had.</exception>
    public Task<BaseImage> BaseAsync(string name, Digest? digest, CancellationToken cancellationToken) =>
        services.Images.ResolveAsync(ImageReference.Parse(digest is null || name.Contains('@', StringComparison.Ordinal) ? name : $"{name}@{digest}"), platform, cancellationToken);

    /// <summary>The C library of an image; null when it has none.</summary>
    public Task<LibC?> LibCAsync(BaseImage image, CancellationToken cancellationToken) =>
        BaseLibCRecord.OfAsync(image, services.Store.Layers, new FactStore(services.Store.Root), cancellationToken);

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

    /// <summary>The base image that the recipe says, or that fits it.</summary>
    public string BaseName(CondaWish wish) => recipe.Settings.Base ?? (wish.IsEmpty && recipe.Python is not null ? $"python:{recipe.PythonVersion ?? "3"}-slim" : CondaBase);

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
        var ask = new RunOperation(new StepOrigin(label, label.NextStep(), "ask apt for versions", recipe.Apt[0].Source, recipe.Apt[0].Span), top, AptInstall.Resolve(AptWords(), image.Manifest)) { Platform = platform };
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
    public static PythonTarget? TargetOf(IEnumerable<LockedCondaPackage> conda, string libC, Platform platform) => LibC.TryParse(libC, out LibC library)
        ? CondaPythons.TargetOf(conda.Select(p => p.Record), library, PythonTarget.ArchitectureOf(platform.Architecture, platform.Variant)) : null;

    private async Task<PythonPicks> PythonAsync(
        EnvironmentWish wish, BaseImage image, PlatformLock ground, Task<ImmutableArray<LockedAptPackage>> apt, PlatformLock? before, Upgrade upgrade, CancellationToken cancellationToken)
    {
        if (wish.Python.IsEmpty)
        {
            return new PythonPicks([], []);
        }

        PythonTarget? ofConda = TargetOf(ground.Conda, ground.LibC, platform);
        BasePython? ofBase = ofConda is null ? await PythonOfBaseAsync(image, cancellationToken) : null;
        var preferred = (before?.Python ?? []).Where(p => !upgrade.Covers(p.Name)).ToDictionary(p => ProjectName.Parse(p.Name), p => PythonVersion.Parse(p.Version));
        IEnumerable<LockedPythonPackage> wheels = (before?.Python ?? []).SelectMany(p => p.BuiltWith).Concat((before?.Projects ?? []).SelectMany(p => p.BuiltWith)).Where(p => !upgrade.Covers(p.Name));
        var kept = wheels.DistinctBy(p => p.Name).ToDictionary(p => ProjectName.Parse(p.Name), p => PythonVersion.Parse(p.Version));
        return await new PythonLocker(services).LockAsync(
            wish.Python, ofConda ?? ofBase!.Target, CondaPythons.Of(ground.Conda.Select(p => p.Record)), preferred, recipe.Settings.ExcludeNewer,
            session => open(ground, apt, wish.Conda, image, ofBase, session, kept), cancellationToken);
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

/// <summary>Makes what builds for an image.</summary>
/// <param name="ground">The lock, of which packages of Python and of the base system do not count.</param>
/// <param name="apt">The packages of the base system; awaited when something is built.</param>
/// <param name="wish">What is wanted of conda.</param>
/// <param name="image">The base image.</param>
/// <param name="python">The base image's Python; null: conda brings it.</param>
/// <param name="indexes">Where what builds need comes from; stays the caller's.</param>
/// <param name="preferred">Versions of it that are taken again where they fit.</param>
internal delegate ImageBuilds OpenBuilds(
    PlatformLock ground, Task<ImmutableArray<LockedAptPackage>> apt, CondaWish wish, BaseImage image, BasePython? python, IndexSession indexes, IReadOnlyDictionary<ProjectName, PythonVersion> preferred);

/// <summary>What is looked up anew although a lock says what it is.</summary>
/// <param name="Everything">All of it, base image and system packages included.</param>
/// <param name="Names">These packages only.</param>
public sealed record Upgrade(bool Everything, ImmutableHashSet<string> Names)
{
    public static Upgrade Nothing { get; } = new(false, []);

    internal bool Covers(string name) => Everything || Names.Contains(name);
}
