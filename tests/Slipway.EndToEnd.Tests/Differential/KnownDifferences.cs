using System.Text.Json.Nodes;

namespace Slipway.EndToEnd.Tests.Differential;

/// <summary>Where buildah and BuildKit differ; Slipway follows BuildKit. Each with its reason; everything else is compared exactly.</summary>
internal static class KnownDifferences
{
    /// <summary>ArgsEscaped is left out: BuildKit sets it for shell forms, buildah never does. The rest of a configuration describes the daemon.</summary>
    public static IReadOnlySet<string> ComparedFields { get; } = new HashSet<string>
    {
        "User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal", "Shell", "Healthcheck", "OnBuild",
    };

    /// <summary>What buildah makes as mount points for RUN and forgets in the layer; BuildKit takes its own away again.</summary>
    private static readonly HashSet<string> s_mountPoints =
        ["dev", "proc", "sys", "run", "run/.containerenv", "run/secrets", "etc/resolv.conf", "etc/hosts", "etc/hostname", "etc/mtab"];

    /// <summary>What BuildKit makes where buildah makes something else, by recipe and line.</summary>
    private static readonly Dictionary<(string Recipe, string Line), string> s_expected = new()
    {
        // buildah takes setuid and setgid off files of the context.
        [("copy-setuid", "file m/u")] = "File 4755 0:0 0 empty",
        [("copy-setuid", "file m/g")] = "File 2755 0:0 0 empty",
        // buildah forgets SHELL for CMD.
        [("shell-for-cmd", "setting Cmd")] = "\"/bin/sh\", \"-e\", \"-c\", \"echo hi\"",
    };

    /// <summary>What must be there instead of what buildah made; null when that is right.</summary>
    public static string? Expected(string recipe, string line) => s_expected.GetValueOrDefault((recipe, line));

    /// <summary>useradd writes the day into shadow: the day of SOURCE_DATE_EPOCH, which buildah does not set.</summary>
    public static bool HasOwnContent(string path) => path is "etc/shadow" or "etc/shadow-";

    public static bool IsLeftOut(string path) => s_mountPoints.Contains(path);

    public static string Normalize(string field, JsonNode? value) => (field, value) switch
    {
        (_, null) => "",
        // buildah signs its work.
        ("Labels", JsonObject labels) => string.Join(", ", labels.Where(l => l.Key != "io.buildah.version").OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")),
        // BuildKit adds PATH to an image whose base has none; buildah leaves that to whoever runs it.
        ("Env", JsonArray env) => string.Join(", ", env.Select(e => e!.GetValue<string>()).Where(e => !e.StartsWith("PATH=/usr/local/sbin:", StringComparison.Ordinal))),
        // "/" and nothing say the same.
        ("WorkingDir", _) => value.GetValue<string>() is "/" ? "" : value.GetValue<string>(),
        (_, JsonArray array) => string.Join(", ", array.Select(a => a!.ToJsonString())),
        (_, JsonObject map) => string.Join(", ", map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}={m.Value?.ToJsonString()}")),
        _ => value.ToString(),
    };
}
