using System.Collections.Immutable;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Conda.Channels;
using Slipway.Conda.Linking;
using Slipway.Conda.Packages;
using Slipway.Environments.Builds;
using Slipway.Environments.Capturing;
using Slipway.Environments.Layering;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Packages.Entries;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;
using IFileTree = Slipway.Build.Contexts.IFileTree;

namespace Slipway.Environments.Building;

/// <summary>A repository whose environment files become an image: locks it, and plans the image of each platform. Holds what is fetched meanwhile until it is disposed.</summary>
/// <param name="recipe">What the repository asks for.</param>
/// <param name="files">The repository.</param>
/// <param name="sources">The repository's files as they come into the image, which its own projects are built of.</param>
/// <param name="services">The world.</param>
public sealed class EnvironmentProject(EnvironmentRecipe recipe, IProjectFiles files, IFileTree sources, EnvironmentServices services) : IDisposable
{
    private readonly List<IDisposable> _environments = [];
    private readonly List<string> _folders = [];
    private readonly Dictionary<Platform, EnvironmentWish> _wishes = [];

    public EnvironmentRecipe Recipe { get; } = recipe;

    /// <summary>How the image is laid out.</summary>
    public ImageProfile Profile { get; } = ImageProfile.Of(recipe.Settings);

    /// <summary>Where things will be in the image.</summary>
    public ImageLayout Layout { get; init; } = ImageProfile.Of(recipe.Settings).Layout;

    internal string? Slim => Profile.IsSlim ? SlimRules.Version : null;

    /// <summary>The lock for these platforms: the given one as far as it fits the recipe, the rest looked up.</summary>
    /// <param name="before">The lock that is there; empty without one.</param>
    /// <param name="platforms">What it is for; other platforms of the lock stay as they are.</param>
    /// <param name="upgrade">What is looked up anew.</param>
    /// <param name="mayChange">Whether a lock that does not fit is brought up to date; else it is an error.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">The files have mistakes, there are no such packages, or the lock does not fit and may not change.</exception>
    public async Task<EnvironmentLock> LockAsync(
        EnvironmentLock before, IReadOnlyList<Platform> platforms, Upgrade upgrade, bool mayChange, CancellationToken cancellationToken)
    {
        EnvironmentLock result = before;
        foreach (Platform platform in platforms)
        {
            EnvironmentLocker locker = LockerOf(platform);
            EnvironmentWish wish = await WishAsync(locker, platform, cancellationToken);
            PlatformLock? known = before.Find(platform);
            bool isSame = known is not null && known.Recipe == locker.Describe(wish) && upgrade == Upgrade.Nothing;
            if (isSame && known!.Slim == Slim)
            {
                continue;
            }

            if (!mayChange)
            {
                throw isSame ? OtherRules(known!) : NotFitting(known, platform);
            }

            // What is left out of packages does not change which they are.
            result = result.With((isSame ? known! : await locker.LockAsync(wish, known, upgrade, cancellationToken)) with { Slim = Slim });
        }

        return result;
    }

    /// <summary>A lock of exactly what an environment has, for the recipe that was written of it.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="platform">What it is for.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">Packages cannot be had any more, or not for this platform.</exception>
    public async Task<EnvironmentLock> CaptureAsync(CapturedEnvironment environment, Platform platform, CancellationToken cancellationToken)
    {
        EnvironmentLocker locker = LockerOf(platform);
        return new EnvironmentLock([await locker.CaptureAsync(await WishAsync(locker, platform, cancellationToken), environment, cancellationToken) with { Slim = Slim }]);
    }

    /// <summary>The plan of each platform. Packages are fetched only if what activating them sets is not known yet.</summary>
    /// <param name="file">The lock, which has the platforms.</param>
    /// <param name="platforms">The platforms.</param>
    /// <param name="labels">Further labels of the images.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<Plan>> PlanAsync(
        EnvironmentLock file, IReadOnlyList<Platform> platforms, ImmutableSortedDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        List<Plan> plans = [];
        foreach (Platform platform in platforms)
        {
            PlatformLock locked = file.Find(platform) ?? throw NotFitting(null, platform);
            EnvironmentLocker locker = LockerOf(platform);
            EnvironmentWish wish = await WishAsync(locker, platform, cancellationToken);
            BaseImage image = await locker.BaseAsync(locked.Base, locked.BaseDigest, cancellationToken);
            OpenedEnvironment opened = await OpenAsync(locked, wish, locker, image, platform, cancellationToken);
            ActivationRecord activation = await ActivateAsync(opened, VariablesOf(image.Config), cancellationToken);
            var label = new StageLabel(platforms.Count > 1 ? platform.ToString() : "image");
            Plan plan = new EnvironmentPlanner(Recipe, locked, image, Layout, label).Plan(opened.Conda, opened.Python, activation, labels);
            plans.Add(plan with { Warnings = [.. plan.Warnings, .. activation.NotUnderstood.Select(Unknown)] });
        }

        return plans;
    }

    public void Dispose()
    {
        foreach (IDisposable environment in _environments)
        {
            environment.Dispose();
        }

        foreach (string folder in _folders)
        {
            DirectoryHandle.RemoveTreeAt(folder);
        }
    }

    private LeftOutFiles? LeftOut => Profile.IsSlim ? SlimRules.Files : null;

    /// <summary>The packages of a lock; nothing is fetched before somebody needs more of them than the lock says.</summary>
    /// <param name="locked">The lock.</param>
    /// <param name="wish">What it was made for.</param>
    /// <param name="locker">Knows the base image.</param>
    /// <param name="image">The base image.</param>
    /// <param name="platform">What it is for.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal async Task<OpenedEnvironment> OpenAsync(
        PlatformLock locked, EnvironmentWish wish, EnvironmentLocker locker, BaseImage image, Platform platform, CancellationToken cancellationToken)
    {
        CondaEnvironment? conda = locked.Conda.IsEmpty ? null : Open(locked, wish.Conda, LeftOut);
        ImagePythons? python = !locked.HasPython ? null : await OpenAsync(locked, locker, wish, image, conda, platform, cancellationToken);
        return new OpenedEnvironment(conda, python, wish.Conda.Variables);
    }

    /// <summary>What activating an environment sets. Packages are fetched if the store does not know it yet.</summary>
    internal async Task<ActivationRecord> ActivateAsync(OpenedEnvironment environment, IReadOnlyDictionary<string, string> before, CancellationToken cancellationToken) =>
        environment.Conda is { } conda ? await ActivationRecord.OfAsync(conda, before, new FactStore(services.Store.Root), cancellationToken)
        : new ActivationRecord(environment.Python is null ? environment.Variables : VirtualVariables(before), []);

    // The files are read, and their warnings told, once.
    internal async Task<EnvironmentWish> WishAsync(EnvironmentLocker locker, Platform platform, CancellationToken cancellationToken) =>
        _wishes.TryGetValue(platform, out EnvironmentWish? known) ? known : _wishes[platform] = await locker.ReadWishAsync(cancellationToken);

    // Builds need the headers and static libraries that a slim image does without.
    private CondaEnvironment Open(PlatformLock locked, CondaWish wish, LeftOutFiles? leftOut)
    {
        ChannelAccess access = ChannelSet.AccessOf(wish.Channels.IsEmpty ? services.UsualChannels : wish.Channels, services.Channels);
        var cache = new PackageCache(PackageCache.RootIn(services.Store.Root), services.Http, access.Authorize) { PlacesOf = access.PlacesOf };
        string folder = services.Store.CreateTemporaryDirectory("environment");
        _folders.Add(folder);
        var options = new LinkOptions
        {
            Prefix = Layout.Prefix,
            Subdir = wish.Subdir,
            Variables = wish.Variables,
            LeftOut = leftOut,
            FrozenMessage = "This environment is part of an image and was made by slipway; change its environment file and build again.",
        };
        var environment = new CondaEnvironment(locked.Conda, options, new PackageFetcher(cache, folder));
        _environments.Add(environment);
        return environment;
    }

    internal EnvironmentLocker LockerOf(Platform platform) => new(services, Recipe, files, platform, (ground, apt, wish, image, python, indexes, preferred) =>
        Builds(ground, apt, image, ground.Conda.IsEmpty ? null : Open(ground, wish, leftOut: null), python, platform, indexes, preferred));

    private ImageBuilds Builds(
        PlatformLock locked, Task<ImmutableArray<LockedAptPackage>> apt, BaseImage image, CondaEnvironment? conda, BasePython? python, Platform platform, IndexSession indexes,
        IReadOnlyDictionary<ProjectName, PythonVersion> preferred)
    {
        var ground = new BuildGround
        {
            Platform = platform,
            FilesAsync = async token =>
            {
                PlatformLock whole = locked with { Apt = await apt.WaitAsync(token) };
                return new GroundFiles(BuildGround.OperationOf(image, whole, conda), BuildGround.IdentityOf(whole, Layout));
            },
            Python = python ?? BuildGround.PythonOf(Layout, EnvironmentLocker.TargetOf(locked.Conda, locked.LibC, platform)!),
            HasConda = conda is not null,
            Variables = async token =>
            {
                Dictionary<string, string> all = VariablesOf(image.Config);
                if (conda is not null)
                {
                    foreach ((string name, string value) in (await ActivationRecord.OfAsync(conda, VariablesOf(image.Config), new FactStore(services.Store.Root), token)).Variables)
                    {
                        all[name] = value;
                    }
                }

                return all;
            },
        };
        return new ImageBuilds(services, ground, indexes, sources, new RepositoryFiles(files, indexes.Archives), preferred, Recipe.Settings.ExcludeNewer);
    }

    private async Task<ImagePythons> OpenAsync(
        PlatformLock locked, EnvironmentLocker locker, EnvironmentWish wish, BaseImage image, CondaEnvironment? conda, Platform platform, CancellationToken cancellationToken)
    {
        string folder = services.Store.CreateTemporaryDirectory("environment");
        _folders.Add(folder);
        InstallScheme scheme;
        IReadOnlyList<EnvironmentEntry> basics = [];
        BasePython? python = null;
        if (conda is not null && EnvironmentLocker.TargetOf(locked.Conda, locked.LibC, platform) is { } target)
        {
            scheme = InstallScheme.ForConda(Layout.Prefix, target, conda.Options.Python?.PythonSitePackagesPath);
        }
        else
        {
            python = await locker.PythonOfBaseAsync(image, cancellationToken);
            (scheme, basics) = (InstallScheme.ForVirtualEnvironment(Layout.Prefix, python.Target), VirtualEnvironment.EntriesFor(python));
        }

        IndexSession session = new PythonLocker(services).Open(wish.Python);
        ImageBuilds builds = Builds(locked, Task.FromResult(locked.Apt), image, conda is null || LeftOut is null ? conda : Open(locked, wish.Conda, leftOut: null), python, platform, session, new Dictionary<ProjectName, PythonVersion>());
        var fetcher = new WheelFetcher(session.Archives, folder);
        var environment = new PythonEnvironment(
            locked.Python, scheme, basics, fetcher, BuildGround.IdentityOf(locked, Layout), builds.WheelAsync, async token => conda is null ? new Dictionary<string, string>() : await conda.OwnersAsync(token))
        {
            ProjectFolder = Layout.Project,
            LeftOut = LeftOut,
        };
        List<ProjectLayerSource> projects = [];
        foreach (LockedProject project in locked.Projects)
        {
            Digest digest = await new ProjectTree(sources, project.Folder).DigestAsync(cancellationToken);
            projects.Add(new ProjectLayerSource(environment, project, digest, PathOf(project), async token =>
            {
                WheelArchive wheel = (await fetcher.FetchAsync([await builds.BuildAsync(project, digest, token)], token))[0];
                await ProjectCheck.CheckAsync(project, wheel, locked, builds.Target, token);
                return wheel;
            }, services.Warn));
        }

        _environments.AddRange([.. projects, environment, builds, session]);
        return new ImagePythons(environment, projects);
    }

    private string PathOf(LockedProject project) => project.Folder.Length > 0 ? $"{Layout.Project}/{project.Folder}" : Layout.Project;

    // What activating a virtual environment sets.
    private ImmutableSortedDictionary<string, string> VirtualVariables(IReadOnlyDictionary<string, string> before) => ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("VIRTUAL_ENV", Layout.Prefix), KeyValuePair.Create("PATH", $"{Layout.Prefix}/bin:{before["PATH"]}"),
    ]);

    private static Dictionary<string, string> VariablesOf(ImageConfig config)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
        foreach (string text in config.Config.Env)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            variables[equals < 0 ? text : text[..equals]] = equals < 0 ? "" : text[(equals + 1)..];
        }

        return variables;
    }

    internal static Diagnostic Unknown(Conda.Activation.ActivationProblem problem) => new(
        Severity.Warning, "activation-script", $"{problem.Path}:{problem.Line} does more than set variables, and nothing of it is done: {problem.Reason}",
        Help: "if programs need it, set its variables with variables: in slipway.yml, or source it in a start script");

    private DiagnosticException OtherRules(PlatformLock known) => new(
        "lock-outdated",
        Slim is null ? $"{Recipe.LockName} was made for a slim image, and this one is not." : known.Slim is null ? $"{Recipe.LockName} was made for an image that is not slim."
            : $"{Recipe.LockName} was made for rules of slim images in version {known.Slim}, and this program has version {Slim}.",
        "Bring it up to date without --locked; packages stay as they are.");

    private DiagnosticException NotFitting(PlatformLock? known, Platform platform) => known is null
        ? new DiagnosticException("not-locked", $"{Recipe.LockName} has nothing for {platform}.", $"Lock it: slipway lock --platform {platform}")
        : new DiagnosticException("lock-outdated", $"{Recipe.LockName} was made for other files than those that are there now.", "Bring it up to date: slipway lock");
}

/// <summary>An environment whose packages are known, be they here or not.</summary>
/// <param name="Conda">The conda packages; null without any.</param>
/// <param name="Python">The Python packages and projects; null without any.</param>
/// <param name="Variables">Variables that the recipe itself sets.</param>
internal sealed record OpenedEnvironment(CondaEnvironment? Conda, ImagePythons? Python, ImmutableSortedDictionary<string, string> Variables);
