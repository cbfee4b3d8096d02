using System.Collections.Immutable;
using System.CommandLine;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Sandbox.Containers;

namespace Slipway.Cli.Commands.Images;

/// <summary>What a command line of <c>build</c> or <c>plan</c> says is to be built.</summary>
/// <param name="Recipe">The Dockerfile's path, for messages and to name steps across builds.</param>
/// <param name="Document">The Dockerfile.</param>
/// <param name="Contexts">The folders by name; the main one is <c>context</c>.</param>
/// <param name="Options">What decides the plan.</param>
internal sealed record BuildInput(string Recipe, DockerfileDocument Document, IReadOnlyDictionary<string, LocalContext> Contexts, PlanOptions Options)
{
    public static async Task<BuildInput> ReadAsync(BuildFlags flags, ParseResult parsed, ImageStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        string path = parsed.GetValue(flags.Path)!;
        string? file = parsed.GetValue(flags.File);
        if (path.Contains("://", StringComparison.Ordinal) || path.StartsWith("git@", StringComparison.Ordinal))
        {
            throw new UsageException("remote-context", $"{path}: contexts at an address are not supported yet", "clone or download it first and give the folder");
        }

        string? folder = path == "-" ? null : Path.GetFullPath(path);
        if (folder is not null && !Directory.Exists(folder))
        {
            throw new UsageException(
                "no-such-folder", File.Exists(folder) ? $"{path} is a file; the build context must be a folder" : $"there is no folder {path}",
                File.Exists(folder) ? $"build its folder: {CliContext.CalledName} build -f {path} {Path.GetDirectoryName(path) switch { null or "" => ".", var d => d }}" : null);
        }

        (string recipe, SourceText source) = await ReadRecipeAsync(folder, file, cancellationToken);
        Dictionary<string, LocalContext> contexts = [];
        if (folder is not null)
        {
            contexts["context"] = new LocalContext(folder, ReadIgnore(folder, recipe), StatCache.Load(StatFolder(store), folder, clock));
        }

        var named = ImmutableDictionary.CreateBuilder<string, string?>();
        foreach ((string name, string value) in (parsed.GetValue(flags.BuildContext) ?? []).Select(v => Values.Pair("--build-context", v)))
        {
            bool image = value.StartsWith("docker-image://", StringComparison.Ordinal);
            named[name] = image ? value : null;
            if (!image)
            {
                string other = Path.GetFullPath(value);
                if (!Directory.Exists(other))
                {
                    throw new UsageException("no-such-folder", $"--build-context {name}: there is no folder {value}");
                }

                contexts[name] = new LocalContext(other, ReadIgnore(other, null), StatCache.Load(StatFolder(store), other, clock));
            }
        }

        return new BuildInput(recipe, DockerfileDocument.Parse(source), contexts, ReadOptions(flags, parsed, named.ToImmutable()));
    }

    private static string StatFolder(ImageStore store) => Path.Combine(store.Root, "stat-v1");

    private static async Task<(string, SourceText)> ReadRecipeAsync(string? folder, string? file, CancellationToken cancellationToken)
    {
        if (file == "-" || (folder is null && file is null))
        {
            string text = await Console.In.ReadToEndAsync(cancellationToken);
            return ("-", new SourceText("Dockerfile", text));
        }

        string[] candidates = file is not null ? [Path.GetFullPath(file)] : [Path.Combine(folder!, "Dockerfile"), Path.Combine(folder!, "dockerfile")];
        string? found = candidates.FirstOrDefault(File.Exists);
        if (found is null)
        {
            string directory = Path.GetDirectoryName(candidates[0])!;
            string[] names = Directory.Exists(directory) ? [.. Directory.GetFiles(directory).Select(f => Path.GetFileName(f)!)] : [];
            string? near = Suggestion.Nearest(Path.GetFileName(candidates[0]), names) ?? names.FirstOrDefault(n => n.StartsWith("Dockerfile", StringComparison.OrdinalIgnoreCase));
            throw new DiagnosticException(
                "no-dockerfile", $"there is no {Shown(candidates[0])}",
                near is not null ? $"did you mean -f {Shown(Path.Combine(directory, near))}?" : "give the file with -f, or write one: the first line names a base image, such as FROM debian:bookworm-slim");
        }

        return (found, new SourceText(Shown(found), await File.ReadAllTextAsync(found, cancellationToken)));
    }

    /// <summary>The path as people would type it here.</summary>
    private static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    // <Dockerfile>.dockerignore comes before .dockerignore (dockerfile.md A1).
    private static IgnoreMatcher? ReadIgnore(string folder, string? recipe)
    {
        string[] candidates = [.. recipe is null or "-" ? Enumerable.Empty<string>() : [recipe + ".dockerignore"], Path.Combine(folder, ".dockerignore")];
        string? file = candidates.FirstOrDefault(File.Exists);
        if (file is null)
        {
            return null;
        }

        try
        {
            return new IgnoreMatcher(IgnoreFile.Parse(File.ReadAllText(file)));
        }
        catch (FormatException e)
        {
            throw new DiagnosticException("bad-ignore-file", $"{Shown(file)}: {e.Message}", "correct or remove the pattern");
        }
    }

    private static PlanOptions ReadOptions(BuildFlags flags, ParseResult parsed, ImmutableDictionary<string, string?> named)
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
            Platform = parsed.GetValue(flags.Platform) is { } platform ? Platform.Parse(platform) : Platform.Host,
            Labels = labels.ToImmutable(),
            NamedContexts = named,
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
