using System.Collections.Immutable;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Conda.Channels;
using Slipway.Conda.Linking;
using Slipway.Conda.Packages;
using Slipway.Environments.Layering;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Packages.Entries;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Wheels;

namespace Slipway.Environments.Building;

/// <summary>A repository whose environment files become an image: locks it, and plans the image of each platform. Holds what is fetched meanwhile until it is disposed.</summary>
/// <param name="recipe">What the repository asks for.</param>
/// <param name="files">The repository.</param>
/// <param name="services">The world.</param>
public sealed class EnvironmentProject(EnvironmentRecipe recipe, IProjectFiles files, EnvironmentServices services) : IDisposable
{
    private readonly List<IDisposable> _environments = [];
    private readonly List<string> _folders = [];
    private readonly Dictionary<Platform, EnvironmentWish> _wishes = [];

    public EnvironmentRecipe Recipe { get; } = recipe;

    /// <summary>Where things will be in the image.</summary>
    public ImageLayout Layout { get; init; } = new()
    {
        UserName = recipe.Settings.UserName,
        Uid = recipe.Settings.Uid,
        Gid = recipe.Settings.Gid,
    };

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
            var locker = new EnvironmentLocker(services, Recipe, files, platform);
            EnvironmentWish wish = await WishAsync(locker, platform, cancellationToken);
            PlatformLock? known = before.Find(platform);
            if (known is not null && known.Recipe == locker.Describe(wish) && upgrade == Upgrade.Nothing)
            {
                continue;
            }

            if (!mayChange)
            {
                throw NotFitting(known, platform);
            }

            result = result.With(await locker.LockAsync(wish, known, upgrade, cancellationToken));
        }

        return result;
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
            var locker = new EnvironmentLocker(services, Recipe, files, platform);
            EnvironmentWish wish = await WishAsync(locker, platform, cancellationToken);
            BaseImage image = await locker.BaseAsync(locked.Base, locked.BaseDigest, cancellationToken);
            CondaEnvironment? conda = locked.Conda.IsEmpty ? null : Open(locked, wish.Conda);
            ActivationRecord activation = conda is null
                ? new ActivationRecord(locked.Python.IsEmpty ? wish.Conda.Variables : VirtualVariables(image.Config), [])
                : await ActivationRecord.OfAsync(conda, VariablesOf(image.Config), new FactStore(services.Store.Root), cancellationToken);
            var label = new StageLabel(platforms.Count > 1 ? platform.ToString() : "image");
            PythonEnvironment? python = locked.Python.IsEmpty ? null : await OpenAsync(locked, locker, wish, image, conda, platform, cancellationToken);
            Plan plan = new EnvironmentPlanner(Recipe, locked, image, Layout, label).Plan(conda, python, activation, labels);
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

    // The files are read, and their warnings told, once.
    private async Task<EnvironmentWish> WishAsync(EnvironmentLocker locker, Platform platform, CancellationToken cancellationToken) =>
        _wishes.TryGetValue(platform, out EnvironmentWish? known) ? known : _wishes[platform] = await locker.ReadWishAsync(cancellationToken);

    private CondaEnvironment Open(PlatformLock locked, CondaWish wish)
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
            FrozenMessage = "This environment is part of an image and was made by slipway; change its environment file and build again.",
        };
        var environment = new CondaEnvironment(locked.Conda, options, new PackageFetcher(cache, folder));
        _environments.Add(environment);
        return environment;
    }

    private async Task<PythonEnvironment> OpenAsync(
        PlatformLock locked, EnvironmentLocker locker, EnvironmentWish wish, BaseImage image, CondaEnvironment? conda, Platform platform, CancellationToken cancellationToken)
    {
        string folder = services.Store.CreateTemporaryDirectory("environment");
        _folders.Add(folder);
        InstallScheme scheme;
        IReadOnlyList<EnvironmentEntry> basics = [];
        if (conda is not null && EnvironmentLocker.TargetOf(locked.Conda, locked.LibC, platform) is { } target)
        {
            scheme = InstallScheme.ForConda(Layout.Prefix, target, conda.Options.Python?.PythonSitePackagesPath);
        }
        else
        {
            BasePython python = await locker.PythonOfBaseAsync(image, cancellationToken);
            (scheme, basics) = (InstallScheme.ForVirtualEnvironment(Layout.Prefix, python.Target), VirtualEnvironment.EntriesFor(python));
        }

        IndexSession session = new PythonLocker(services).Open(wish.Python);
        var environment = new PythonEnvironment(
            locked.Python, scheme, basics, new WheelFetcher(session.Archives, folder),
            async token => conda is null ? new Dictionary<string, string>() : await conda.OwnersAsync(token));
        _environments.AddRange([environment, session]);
        return environment;
    }

    // What activating a virtual environment sets.
    private ImmutableSortedDictionary<string, string> VirtualVariables(ImageConfig config) => ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("VIRTUAL_ENV", Layout.Prefix), KeyValuePair.Create("PATH", $"{Layout.Prefix}/bin:{VariablesOf(config)["PATH"]}"),
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

    private static Diagnostic Unknown(Conda.Activation.ActivationProblem problem) => new(
        Severity.Warning, "activation-script", $"{problem.Path}:{problem.Line} does more than set variables, and nothing of it is done: {problem.Reason}",
        Help: "if programs need it, set its variables with variables: in slipway.yml, or source it in a start script");

    private static DiagnosticException NotFitting(PlatformLock? known, Platform platform) => known is null
        ? new DiagnosticException("not-locked", $"{EnvironmentLock.FileName} has nothing for {platform}.", $"Lock it: slipway lock --platform {platform}")
        : new DiagnosticException("lock-outdated", $"{EnvironmentLock.FileName} was made for other files than those that are there now.", "Bring it up to date: slipway lock");
}
