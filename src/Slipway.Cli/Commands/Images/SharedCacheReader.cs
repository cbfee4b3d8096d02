using System.CommandLine;
using Slipway.Build.Cache;
using Slipway.Build.Scheduling;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.SharedCache;

namespace Slipway.Cli.Commands.Images;

/// <summary>Reads <c>--cache-from</c> and <c>--cache-to</c>, whose values are written as BuildKit has them.</summary>
internal static class SharedCacheReader
{
    private const string Form = "write type=registry,ref=HOST/REPOSITORY or type=local,dest=FOLDER (src=FOLDER for --cache-from)";

    public static BuildSettings Read(CliContext cli, BuildFlags flags, ParseResult parsed, BuildSettings settings)
    {
        string[] from = parsed.GetValue(flags.CacheFrom) ?? [], to = parsed.GetValue(flags.CacheTo) ?? [];
        return from.Length + to.Length == 0 ? settings : settings with
        {
            CacheFrom = [.. from.Select(text => Source(cli, parsed, text))],
            CacheTo = [.. to.Select(text => Target(cli, parsed, text, parsed.GetValue(flags.Push)))],
        };
    }

    private static CacheSource Source(CliContext cli, ParseResult parsed, string text)
    {
        const string Flag = "--cache-from";
        Dictionary<string, string> fields = Fields(Flag, text, "type", "ref", "src", "mounts");
        return new CacheSource(Cache(cli, parsed, Flag, text, fields, "src"), Switch(Flag, fields, "mounts", initial: true));
    }

    private static CacheTarget Target(CliContext cli, ParseResult parsed, string text, bool push)
    {
        const string Flag = "--cache-to";
        Dictionary<string, string> fields = Fields(Flag, text, "type", "ref", "dest", "mode", "compression", "ignore-error", "mounts");
        return new CacheTarget(Cache(cli, parsed, Flag, text, fields, "dest"))
        {
            AllSteps = fields.GetValueOrDefault("mode") switch
            {
                null or "min" => false,
                "max" => true,
                var mode => throw new UsageException("bad-cache", $"{Flag} mode={mode}: there are two modes", "min sends the steps that are in the image, max all steps"),
            },
            Compression = fields.GetValueOrDefault("compression") switch
            {
                null => push ? CompressionKind.Gzip : null, // as the image's layers, so that they are compressed and sent once
                "gzip" => CompressionKind.Gzip,
                "zstd" => CompressionKind.Zstd,
                var kind => throw new UsageException("bad-cache", $"{Flag} compression={kind}: not a compression for caches", "write gzip or zstd"),
            },
            IgnoreErrors = Switch(Flag, fields, "ignore-error", initial: false),
            Mounts = Switch(Flag, fields, "mounts", initial: false),
        };
    }

    // A bare reference means a registry, as in docker build --cache-from IMAGE.
    private static Dictionary<string, string> Fields(string flag, string text, params string[] known)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return new Dictionary<string, string> { ["type"] = "registry", ["ref"] = text };
        }

        Dictionary<string, string> fields = [];
        foreach (KeyValuePair<string, string> field in text.Split(',').Select(part => Values.Pair(flag, part)))
        {
            fields[field.Key.ToLowerInvariant()] = field.Value;
        }

        // BuildKit's other fields tune its own way of storing; what they would change does not exist here.
        string[] harmless = ["oci-mediatypes", "image-manifest", "force-compression", "compression-level", "name", "digest", "tag"];
        string? unknown = fields.Keys.FirstOrDefault(name => !known.Contains(name) && !harmless.Contains(name));
        return unknown is null || fields.GetValueOrDefault("type") is not ("registry" or "local")
            ? fields
            : throw new UsageException("bad-cache", $"{flag} knows no {unknown}", $"it knows {string.Join(", ", known)}");
    }

    private static ISharedCache Cache(
        CliContext cli, ParseResult parsed, string flag, string text, Dictionary<string, string> fields, string folder) => fields.GetValueOrDefault("type") switch
    {
        "registry" when fields.TryGetValue("ref", out string? reference) => new RegistryCache(cli.HastyRegistries(parsed), cli.Registries(parsed), ImageReference.Parse(reference)),
        "local" when fields.TryGetValue(folder, out string? path) => new FolderCache(path),
        "registry" => throw new UsageException("bad-cache", $"{flag} {text}: the reference is missing", "add ref=HOST/REPOSITORY"),
        "local" => throw new UsageException("bad-cache", $"{flag} {text}: the folder is missing", $"add {folder}=FOLDER"),
        "inline" => throw new UsageException(
            "bad-cache", $"{flag} type=inline: an image here carries no cache", "write type=registry,ref=HOST/REPOSITORY; the image's own repository will do: the entries stand beside it"),
        "gha" => throw new UsageException(
            "bad-cache", $"{flag} type=gha: this service is not supported", $"write type=registry,ref=ghcr.io/OWNER/REPOSITORY, or type=local,{folder}=FOLDER with a step that keeps the folder"),
        "s3" or "azblob" => throw new UsageException(
            "bad-cache", $"{flag} type={fields["type"]}: this service is not supported", $"write type=registry,ref=HOST/REPOSITORY, or type=local,{folder}=FOLDER and copy the folder"),
        var type => throw new UsageException("bad-cache", $"{flag} {text}: {(type is null ? "the type is missing" : $"there is no type {type}")}", Form),
    };

    private static bool Switch(string flag, Dictionary<string, string> fields, string name, bool initial) => fields.GetValueOrDefault(name) switch
    {
        null => initial,
        "true" or "1" => true,
        "false" or "0" => false,
        var value => throw new UsageException("bad-cache", $"{flag} {name}={value}: expected true or false"),
    };
}
