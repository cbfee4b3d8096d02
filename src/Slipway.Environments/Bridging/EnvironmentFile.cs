using Slipway.Build.Frontend;
using Slipway.Environments.Building;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.PyPi.Tags;
using IFileTree = Slipway.Build.Contexts.IFileTree;

namespace Slipway.Environments.Bridging;

/// <summary>One environment file that a Dockerfile names: its lock, and its environment for each image that takes it.</summary>
internal sealed class EnvironmentFile(EnvironmentRecipe recipe, IFileTree files, IFileTree sources, FileLock start, EnvironmentServices services, EnvironmentStageOptions options) : IDisposable
{
    private readonly EnvironmentProject _project = new(recipe, new TreeFiles(files), sources, services);
    private readonly Dictionary<(Platform, Digest), Opened> _opened = [];
    private readonly Dictionary<Platform, Digest> _handedOut = [];
    private readonly HashSet<Platform> _upgraded = [];
    private bool _isUnsettled;

    /// <summary>The lock as it is now.</summary>
    public FileLock Lock { get; private set; } = start;

    /// <summary>Whether an environment was asked for variables that are not known before its packages are fetched.</summary>
    public bool LacksVariables => _opened.Values.Any(opened => opened.Stage.LacksVariables);

    /// <summary>Whether packages that were given out have been chosen anew since.</summary>
    public bool TakeUnsettled()
    {
        bool was = _isUnsettled;
        _isUnsettled = false;
        return was;
    }

    /// <summary>The image that the environment by itself is built on: the locked one, if the lock is for it.</summary>
    public async Task<string> BaseAsync(Platform platform, CancellationToken cancellationToken)
    {
        EnvironmentWish wish = await _project.WishAsync(Locker(platform), platform, cancellationToken);
        string name = Locker(platform).BaseName(wish.Conda);
        return Lock.Now.Find(platform) is { } known && known.Base == name && !options.Upgrade.Everything && !name.Contains('@', StringComparison.Ordinal) ? $"{name}@{known.BaseDigest}" : name;
    }

    /// <summary>The environment for an image.</summary>
    /// <exception cref="DiagnosticException">There is none for it, or the lock does not fit and may not change.</exception>
    public async Task<IVirtualStage> OpenAsync(BaseImage image, Platform platform, CancellationToken cancellationToken)
    {
        EnvironmentLocker locker = Locker(platform);
        EnvironmentWish wish = await _project.WishAsync(locker, platform, cancellationToken);
        PlatformLock locked = await LockAsync(locker, wish, image, platform, cancellationToken);
        if (_opened.TryGetValue((platform, image.Manifest), out Opened? known) && ReferenceEquals(known.Lock, locked))
        {
            return known.Stage;
        }

        OpenedEnvironment environment = await _project.OpenAsync(locked, wish, locker, image, platform, cancellationToken);
        var stage = new EnvironmentStage(_project, environment, locked, services, options.MayFetch);
        _opened[(platform, image.Manifest)] = new Opened(locked, stage);
        return stage;
    }

    public void Dispose() => _project.Dispose();

    private EnvironmentLocker Locker(Platform platform) => _project.LockerOf(platform);

    // What is in the lock depends on the image only as far as the packages do, so that an image may get updates without a new lock.
    private async Task<PlatformLock> LockAsync(EnvironmentLocker locker, EnvironmentWish wish, BaseImage image, Platform platform, CancellationToken cancellationToken)
    {
        bool isKnown = image.Config.DiffIds.Count > 0;
        PlatformLock? before = Lock.Now.Find(platform);
        bool upgrades = options.Upgrade != Upgrade.Nothing && !_upgraded.Contains(platform);
        if (!isKnown && (before is null || upgrades || wish.Conda.IsEmpty))
        {
            throw new DiagnosticException(
                BaseImageOptions.OfflineCode, $"which packages of {Lock.Of} fit depends on the image below, and {image.Reference?.Familiar ?? "it"} is not here", $"get it: slipway pull {image.Reference?.Familiar}");
        }

        LibC? libC = isKnown ? await locker.LibCAsync(image, cancellationToken) : null;
        if (isKnown && !wish.Conda.IsEmpty && libC is not { Kind: LibCKind.Glibc })
        {
            throw new DiagnosticException(
                "no-glibc", $"the conda packages of {Lock.Of} need the GNU C library, and {image.Reference?.Familiar ?? "the image below"} has {libC?.ToString() ?? "none"}",
                "begin the stage with another image, such as FROM debian:stable-slim");
        }

        Digest asked = await DescribeAsync(locker, wish, image, cancellationToken);
        if (_handedOut.TryGetValue(platform, out Digest other) && other != asked)
        {
            throw new DiagnosticException(
                "two-pythons", $"{Lock.Of} is wanted by stages with different Pythons, and its lock can be for one of them only",
                "begin the stages with images of the same Python, or copy the environment from one stage to the other, or give each stage a file of its own");
        }

        if (before is not null && before.Recipe == asked && before.Slim == _project.Slim && !upgrades && IsOldEnough(before.LibC, libC))
        {
            _handedOut[platform] = asked;
            return before;
        }

        if (!options.MayChangeLock)
        {
            throw NotFitting(before, platform, asked, libC);
        }

        _isUnsettled |= _handedOut.ContainsKey(platform);
        PlatformLock? picks = before ?? Lock.Project.Find(platform);
        PlatformLock now = await locker.LockOnAsync(image, image.Reference?.Familiar ?? image.Manifest.ToString(), wish, picks, upgrades ? options.Upgrade : Upgrade.Nothing, cancellationToken);
        now = now with { Recipe = asked, Slim = _project.Slim };
        _upgraded.Add(platform);
        _handedOut[platform] = asked;
        Lock = Lock with { Now = Lock.Now.With(now), IsWritten = false };
        return now;
    }

    // Of the image, only which Python it has decides what is asked for, and only where no conda package brings one.
    private async Task<Digest> DescribeAsync(EnvironmentLocker locker, EnvironmentWish wish, BaseImage image, CancellationToken cancellationToken)
    {
        var key = new KeyBuilder();
        key.Add("recipe", locker.Describe(wish).ToString());
        if (wish.Conda.IsEmpty)
        {
            PythonTarget target = (await PythonAsync(locker, image, cancellationToken)).Target;
            key.Add("python", target.ShortVersion).Add("free-threaded", target.IsFreeThreaded.ToString());
        }

        return key.ToDigest();
    }

    private async Task<BasePython> PythonAsync(EnvironmentLocker locker, BaseImage image, CancellationToken cancellationToken)
    {
        try
        {
            return await locker.PythonOfBaseAsync(image, cancellationToken);
        }
        catch (DiagnosticException e) when (e.Diagnostics.All(problem => problem.Code == BasePythonReader.NoPythonCode))
        {
            throw new DiagnosticException(
                "no-python", $"the packages of {Lock.Of} need a Python, and {image.Reference?.Familiar ?? "the image that this stage begins with"} has none on its PATH",
                "begin the stage with an image that has one, such as FROM python:3-slim (what a RUN installs is not known yet when packages are looked for: build such steps as an image of their own, and begin with that), or take Python from conda with an environment.yml");
        }
    }

    private static bool IsOldEnough(string chosenFor, LibC? here) => here is not { } now
        || (LibC.TryParse(chosenFor, out LibC then) && then.Kind == now.Kind && (then.Major, then.Minor).CompareTo((now.Major, now.Minor)) <= 0);

    private DiagnosticException NotFitting(PlatformLock? before, Platform platform, Digest asked, LibC? libC) => before is null
        ? new DiagnosticException("not-locked", $"{Lock.Path} has nothing for {platform}", "lock it: slipway lock, or build without --locked")
        : new DiagnosticException(
            "lock-outdated", before.Recipe == asked ? $"{Lock.Path} was made for {before.LibC}, and this image has {libC}" : $"{Lock.Path} was made for another {Lock.Of}, or for another Python, than the one that is there now",
            "bring it up to date: slipway lock, or build without --locked");

    private sealed record Opened(PlatformLock Lock, EnvironmentStage Stage);
}
