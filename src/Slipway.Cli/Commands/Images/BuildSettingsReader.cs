using System.Collections.Immutable;
using System.CommandLine;
using Slipway.Build.Frontend;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Http;
using Slipway.Images.Layers;

namespace Slipway.Cli.Commands.Images;

/// <summary>Reads from the flags how a plan is to be carried out.</summary>
internal static class BuildSettingsReader
{
    public static BuildSettings Read(BuildFlags flags, ParseResult parsed)
    {
        int jobs = parsed.GetValue(flags.Jobs);
        if (jobs < 1)
        {
            throw new UsageException("bad-jobs", $"--jobs {jobs}: at least one step must run");
        }

        string? onError = parsed.GetValue(flags.OnError);
        if (onError is not (null or "shell"))
        {
            throw new UsageException("bad-value", $"--on-error {onError}: the only choice is shell");
        }

        return ReadSecrets(flags, parsed) with
        {
            Jobs = jobs,
            Timestamp = Timestamp(flags, parsed),
            NoCache = NoCache(parsed.GetValue(flags.NoCache)),
            Explain = parsed.GetValue(flags.Explain),
            ShellOnError = onError == "shell",
            Offline = NetworkAccess.IsForbidden,
            CacheNamespace = Argument(flags, parsed, "BUILDKIT_CACHE_MOUNT_NS") is { } ns ? ns + "/" : "",
        };
    }

    /// <summary>Secrets and agents alone: what a plan needs to fetch its context.</summary>
    public static BuildSettings ReadSecrets(BuildFlags flags, ParseResult parsed) => new()
    {
        Secrets = (parsed.GetValue(flags.Secret) ?? []).Select(Secret).ToImmutableDictionary(),
        SshAgents = (parsed.GetValue(flags.Ssh) ?? []).Select(Ssh).ToImmutableDictionary(),
    };

    /// <summary>When registries are asked for base images.</summary>
    public static PullPolicy Pull(string? text) => text switch
    {
        null or "missing" or "ifmissing" or "false" => PullPolicy.Missing,
        "always" or "true" or "" => PullPolicy.Always,
        "newer" or "ifnewer" => PullPolicy.Newer,
        "never" => PullPolicy.Never,
        _ => throw new UsageException("bad-value", $"--pull={text}: expected always, missing, newer or never"),
    };

    private static long Timestamp(BuildFlags flags, ParseResult parsed)
    {
        string? text = parsed.GetValue(flags.Timestamp) ?? Argument(flags, parsed, "SOURCE_DATE_EPOCH") ?? CliContext.Environment("SOURCE_DATE_EPOCH");
        return text is null or "" ? LayerWriterOptions.DefaultTimestamp
            : long.TryParse(text, out long seconds) && seconds >= 0 ? seconds
            : throw new UsageException("bad-timestamp", $"'{text}' is not a time", "give seconds since 1970, for example the answer of: git log -1 --format=%ct");
    }

    private static string? Argument(BuildFlags flags, ParseResult parsed, string name) =>
        (parsed.GetValue(flags.BuildArg) ?? []).Select(Values.Variable).LastOrDefault(v => v.Key == name).Value;

    private static ImmutableHashSet<string>? NoCache(string? text) => text switch
    {
        null or "false" => null,
        "true" or "" => [],
        _ => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
    };

    // id=ID[,src=FILE|,env=VARIABLE][,type=file|env]; a bare id is a variable of that name if there is one, else a file (docker's rule).
    private static KeyValuePair<string, SecretSource> Secret(string text)
    {
        Dictionary<string, string> fields = text.Split(',').Select(f => Values.Pair("--secret", f)).ToDictionary(f => f.Key.ToLowerInvariant(), f => f.Value);
        string? path = fields.GetValueOrDefault("src") ?? fields.GetValueOrDefault("source");
        string? variable = fields.GetValueOrDefault("env");
        string? unknown = fields.Keys.FirstOrDefault(k => k is not ("id" or "src" or "source" or "env" or "type"));
        if (unknown is not null || !fields.TryGetValue("id", out string? id))
        {
            throw new UsageException("bad-secret", unknown is null ? "--secret needs id=" : $"--secret knows no {unknown}", "write --secret id=NAME,src=FILE or --secret id=NAME,env=VARIABLE");
        }

        if (path is null && variable is null)
        {
            (path, variable) = fields.GetValueOrDefault("type") == "env" || CliContext.Environment(id) is not null ? (null, id) : (id, (string?)null);
        }

        if (path is not null && !File.Exists(path))
        {
            throw new UsageException("no-such-secret", $"--secret id={id}: there is no file {path}");
        }

        return new(id, new SecretSource(path, variable));
    }

    private static KeyValuePair<string, string> Ssh(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string id = equals < 0 ? text : text[..equals];
        string? socket = equals < 0 ? CliContext.Environment("SSH_AUTH_SOCK") : text[(equals + 1)..];
        return socket is not null && File.Exists(socket) ? new(id, socket) : throw new UsageException(
            "no-ssh-agent", $"--ssh {text}: there is no agent socket", "start an agent (eval $(ssh-agent)) and add a key (ssh-add), or name its socket: --ssh default=SOCKET");
    }
}
