using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Serialization;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Scheduling;
using Slipway.Cli.Commands.Images;
using Slipway.Environments.Building;
using Slipway.Foundation.Hashing;
using Slipway.Images.Configuration;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Environments;

/// <summary>
/// What builds of a folder's environment files saw and made. A build that would see the same makes the same image, so it need not read files, plan or look for steps
/// (docs/decisions/0128). Builds with warnings are not kept: a person should see those again.
/// </summary>
internal sealed class BuildMemory
{
    // Goes up when a kept build means something else.
    private const string Rules = "builds-1";

    private static readonly string[] s_settings = ["PIP_", "CONDA_OVERRIDE_", "SLIPWAY_"];

    private readonly ImageStore _store;
    private readonly FactStore _facts;
    private readonly Digest _key;

    private BuildMemory(ImageStore store, Digest key) => (_store, _facts, _key) = (store, new FactStore(store.Root), key);

    /// <summary>The memory of builds like this one; null for those that are to be carried out whatever was built before, or that use what the memory does not see.</summary>
    /// <param name="flags">The flags of the command line.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="how">How the build is carried out; null: it is not.</param>
    /// <param name="folder">The repository; null when it is no folder of this machine.</param>
    /// <param name="store">The store.</param>
    public static BuildMemory? Of(BuildFlags flags, ParseResult parsed, BuildManner? how, string? folder, ImageStore store)
    {
        if (folder is null || how is not { Pull: PullPolicy.Missing, Settings: { NoCache: null, Explain: false, Secrets.IsEmpty: true, SshAgents.IsEmpty: true, CacheFrom.IsEmpty: true, CacheTo.IsEmpty: true } settings })
        {
            return null;
        }

        var key = new KeyBuilder();
        var program = new FileInfo(Environment.ProcessPath!);
        key.Add("rules", Rules).Add("program", $"{program.LastWriteTimeUtc.Ticks} {program.Length}").Add("folder", folder).Add("host", Platform.Host.ToString()).Add("time", $"{settings.Timestamp}");
        foreach (Option option in flags.ForPlan)
        {
            key.AddRange(option.Name, parsed.GetResult(option) is { Implicit: false } given ? given.Tokens.Select(token => token.Value).Prepend("given") : []);
        }

        foreach (ConfigPlace place in ConfigPlace.Of(CliContext.Environment))
        {
            key.Add(place.Path, File.Exists(place.Path) ? Digest.Of(File.ReadAllBytes(place.Path)).Hex : null);
        }

        return new BuildMemory(store, key.ToDigest());
    }

    /// <summary>The image that was made of exactly these files; null when there is none, or it is no longer whole.</summary>
    /// <param name="repository">The repository with all its files.</param>
    /// <param name="files">Those that come into the image.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<BuiltImage?> FindAsync(IBuildContext repository, IBuildContext files, CancellationToken cancellationToken)
    {
        if (_facts.Find(_key, KeptBuildJson.Default.KeptBuild) is not { } kept || !Digest.TryParse(kept.Image, out Digest image)
            || kept.Variables.Any(variable => CliContext.Environment(variable.Key) != variable.Value)
            || !await WitnessedContext.AreSameAsync(repository, kept.Answers, cancellationToken)
            || (await TreeDigest.OfAsync(files, cancellationToken)).Hex != kept.Files
            || !_store.Blobs.Exists(image))
        {
            return null;
        }

        var target = new Descriptor(kept.MediaType, image, kept.Size);
        IReadOnlyList<StoredImage> images = await _store.LoadPlatformsAsync(target, cancellationToken);
        return images.Count == kept.Count && images.All(IsWhole) ? new BuiltImage(target, [.. images]) : null;
    }

    /// <summary>Keeps what a build saw and made.</summary>
    /// <param name="repository">Heard what was asked.</param>
    /// <param name="files">The files of the image, as the build saw them.</param>
    /// <param name="asked">The variables that were asked for. Nothing is kept when one of them may hold a secret.</param>
    /// <param name="built">The image.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task KeepAsync(WitnessedContext repository, IBuildContext files, ImmutableArray<string> asked, BuiltImage built, CancellationToken cancellationToken)
    {
        var variables = asked.ToDictionary(name => name, CliContext.Environment);
        if (!variables.Any(variable => MayBeSecret(variable.Key, variable.Value)))
        {
            string seen = (await TreeDigest.OfAsync(files, cancellationToken)).Hex;
            files.SaveStats();
            _facts.Keep(
                _key, new KeptBuild(repository.Answers, seen, variables, built.Target.MediaType, built.Target.Digest.ToString(), built.Target.Size, built.Images.Length), KeptBuildJson.Default.KeptBuild);
        }
    }

    // Settings of known names are none, unless an address in them has a login.
    private static bool MayBeSecret(string name, string? value) =>
        value is not null && (value.Contains('@', StringComparison.Ordinal) || !(name is "HOME" or "NETRC" || s_settings.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))));

    // What only a shared cache holds may be gone when it is wanted; a build would make it anew.
    private bool IsWhole(StoredImage image) =>
        _store.Blobs.Exists(image.Manifest.Config.Digest) && image.Config.DiffIds.All(layer => _store.Layers.IsKnown(layer) && !_store.Layers.IsAtCache(layer));
}

/// <summary>One kept build.</summary>
/// <param name="Answers">As <see cref="WitnessedContext.Answers"/> has them.</param>
/// <param name="Files">The digest of the files that came into the image.</param>
/// <param name="Variables">The caller's variables that were asked for; null: it was not set.</param>
/// <param name="MediaType">Of the image's manifest or index.</param>
/// <param name="Image">Its digest.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Count">How many images it stands for.</param>
internal sealed record KeptBuild(IReadOnlyDictionary<string, string> Answers, string Files, IReadOnlyDictionary<string, string?> Variables, string MediaType, string Image, long Size, int Count);

[JsonSerializable(typeof(KeptBuild))]
internal sealed partial class KeptBuildJson : JsonSerializerContext;
