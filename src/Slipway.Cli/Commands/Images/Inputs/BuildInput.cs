using System.Collections.Immutable;
using System.CommandLine;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Sources;
using Slipway.Dockerfile;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Sandbox.Containers;

namespace Slipway.Cli.Commands.Images.Inputs;

/// <summary>What a command line of <c>build</c> or <c>plan</c> says is to be built.</summary>
/// <param name="Recipe">The Dockerfile's path, for messages and to name steps across builds.</param>
/// <param name="Document">The Dockerfile.</param>
/// <param name="Contexts">The contexts by name; the main one is <c>context</c>.</param>
/// <param name="Options">What decides the plan, for the first platform.</param>
/// <param name="Platforms">What it is built for; at least one.</param>
internal sealed record BuildInput(
    string Recipe, DockerfileDocument Document, IReadOnlyDictionary<string, IBuildContext> Contexts, PlanOptions Options, ImmutableArray<Platform> Platforms)
{
    public static async Task<BuildInput> ReadAsync(
        BuildFlags flags, ParseResult parsed, ImageStore store, RemoteSources sources, TimeProvider clock, CancellationToken cancellationToken)
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
        var reader = new ContextReader(store, opener, Console.OpenStandardInput, clock);
        ContextPlace place = await reader.OpenAsync(path, options.BuildArguments.GetValueOrDefault("BUILDKIT_CONTEXT_KEEP_GIT_DIR") is "1" or "true", cancellationToken);
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

        return new BuildInput(
            recipe.Name, DockerfileDocument.Parse(recipe.Source), contexts,
            options with { Platform = platforms[0], ShowPlatform = platforms.Length > 1, NamedContexts = named.ToImmutable() }, platforms);
    }

    /// <summary>The plan for each platform.</summary>
    public async Task<IReadOnlyList<Plan>> PlanAsync(IBaseImages images, CancellationToken cancellationToken)
    {
        List<Plan> plans = [];
        foreach (Platform platform in Platforms)
        {
            plans.Add(await DockerfilePlanner.PlanAsync(Document, Options with { Platform = platform }, images, cancellationToken));
        }

        return plans;
    }

    private static ImmutableArray<Platform> ReadPlatforms(string[]? texts)
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

        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string label in parsed.GetValue(flags.Label) ?? [])
        {
            KeyValuePair<string, string?> pair = Values.Variable(label);
            labels[pair.Key] = label.Contains('=', StringComparison.Ordinal) ? pair.Value ?? "" : "";
        }

        return new PlanOptions
        {
            Target = parsed.GetValue(flags.Target),
            BuildArguments = arguments.ToImmutable(),
            Labels = labels.ToImmutable(),
            Network = NetworkOf(parsed.GetValue(flags.Network)),
            ExtraHosts = [.. (parsed.GetValue(flags.AddHost) ?? []).Select(Host)],
            ShmSize = parsed.GetValue(flags.ShmSize) is { } size ? Values.Size("--shm-size", size) : null,
        };
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
