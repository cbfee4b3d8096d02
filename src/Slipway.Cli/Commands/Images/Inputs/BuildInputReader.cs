using System.Collections.Immutable;
using System.CommandLine;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Environments;
using Slipway.Dockerfile;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Sandbox.Containers;

namespace Slipway.Cli.Commands.Images.Inputs;

/// <summary>Finds out what a command line wants to be built: a Dockerfile, or the environment files of a repository without one.</summary>
internal static class BuildInputReader
{
    /// <param name="cli">The world.</param>
    /// <param name="flags">The flags of the command line.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="store">The store.</param>
    /// <param name="sources">Where contexts are fetched from.</param>
    /// <param name="how">How it will be built, so that an image of the same may be taken; null: it is wanted for something else.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<BuildInput> ReadAsync(
        CliContext cli, BuildFlags flags, ParseResult parsed, ImageStore store, RemoteSources sources, BuildManner? how, CancellationToken cancellationToken)
    {
        string path = parsed.GetValue(flags.Path)!;
        string? file = parsed.GetValue(flags.File);
        if (path == "-" && file == "-")
        {
            throw new UsageException("two-inputs", "standard input cannot be both the context and the Dockerfile", "give one of them as a file or folder");
        }

        PlanOptions options = ReadOptions(flags, parsed);
        ImmutableArray<Platform> platforms = ReadPlatforms(parsed.GetValue(flags.Platform));
        var opener = new ContextOpener(store, sources);
        var reader = new ContextReader(store, opener, Console.OpenStandardInput, cli.Clock);
        ContextPlace place = await reader.OpenAsync(path, options.BuildArguments.GetValueOrDefault("BUILDKIT_CONTEXT_KEEP_GIT_DIR") is "1" or "true", cancellationToken);
        if (await EnvironmentInput.FindAsync(cli, flags, parsed, place, platforms, store, sources, reader, how, cancellationToken) is { } environment)
        {
            return environment;
        }

        if (flags.Environments.Given(parsed) is { } flag)
        {
            throw new UsageException("not-of-dockerfiles", $"{flag} is for images from environment files, and this one has a Dockerfile", $"leave {flag} away, or name the environment file with -f");
        }

        FoundRecipe recipe = await new RecipeReader(opener, Console.OpenStandardInput).ReadAsync(place, file, cancellationToken);
        Dictionary<string, IBuildContext> contexts = [];
        if (place.Folder is { } folder)
        {
            contexts["context"] = reader.Local(folder, IgnoreFiles.Read(folder, recipe.Name));
        }
        else if (place.Opened is { Tree: not null } opened)
        {
            contexts["context"] = opened.ToContext(await IgnoreFiles.ReadAsync(opened, recipe.InContext, cancellationToken));
        }

        var named = ImmutableDictionary.CreateBuilder<string, string?>();
        foreach ((string name, string value) in (parsed.GetValue(flags.BuildContext) ?? []).Select(v => Values.Pair("--build-context", v)))
        {
            named[name] = ContextReader.IsImage(value) ? value : null;
            if (!ContextReader.IsImage(value))
            {
                contexts[name] = await reader.OpenNamedAsync(name, value, cancellationToken);
            }
        }

        return new DockerfileInput(
            recipe.Name, DockerfileDocument.Parse(recipe.Source), contexts,
            options with { Platform = platforms[0], ShowPlatform = platforms.Length > 1, NamedContexts = named.ToImmutable() }, platforms)
        {
            Environments = new BridgedEnvironments(Unhidden(place, reader), contexts.GetValueOrDefault("context"), place.Folder, new EnvironmentSession(cli, store, sources, place.Folder ?? "/")) { MayChangeLock = !parsed.GetValue(flags.Locked) },
        };
    }

    /// <summary>A context with the files that its ignore file hides; null without one.</summary>
    public static IBuildContext? Unhidden(ContextPlace place, ContextReader reader) =>
        place.Folder is { } folder ? reader.Local(folder, null) : place.Opened is { Tree: not null } opened ? opened.ToContext(null) : null;

    public static ImmutableArray<Platform> ReadPlatforms(string[]? texts)
    {
        Platform[] platforms = [.. (texts ?? []).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(ReadPlatform).Distinct()];
        return platforms.Length > 0 ? [.. platforms] : [Platform.Host];
    }

    private static Platform ReadPlatform(string text) => text == "local" ? Platform.Host : Platform.Parse(text);

    private static PlanOptions ReadOptions(BuildFlags flags, ParseResult parsed)
    {
        var arguments = ImmutableDictionary.CreateBuilder<string, string>();
        foreach ((string name, string? value) in (parsed.GetValue(flags.BuildArg) ?? []).Select(Values.Variable))
        {
            if (value is not null)
            {
                arguments[name] = value;
            }
        }

        return new PlanOptions
        {
            Target = parsed.GetValue(flags.Target),
            BuildArguments = arguments.ToImmutable(),
            Labels = ReadLabels(parsed.GetValue(flags.Label)),
            Network = NetworkOf(parsed.GetValue(flags.Network)),
            ExtraHosts = [.. (parsed.GetValue(flags.AddHost) ?? []).Select(Host)],
            ShmSize = parsed.GetValue(flags.ShmSize) is { } size ? Values.Size("--shm-size", size) : null,
        };
    }

    /// <summary>The labels of the command line.</summary>
    public static ImmutableSortedDictionary<string, string> ReadLabels(string[]? texts)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string label in texts ?? [])
        {
            KeyValuePair<string, string?> pair = Values.Variable(label);
            labels[pair.Key] = label.Contains('=', StringComparison.Ordinal) ? pair.Value ?? "" : "";
        }

        return labels.ToImmutable();
    }

    public static NetworkMode NetworkOf(string? text) => text switch
    {
        null or "host" or "default" => NetworkMode.Host,
        "none" => NetworkMode.None,
        _ => throw new UsageException("bad-network", $"--network {text}: this network is not supported yet", "use host (the default) or none"),
    };

    public static ExtraHost Host(string text)
    {
        KeyValuePair<string, string> pair = Values.Pair("--add-host", text, text.Contains('=', StringComparison.Ordinal) ? '=' : ':');
        return new ExtraHost(pair.Key, pair.Value);
    }
}
