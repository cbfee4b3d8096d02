using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Containers;

namespace Slipway.Sandbox.Runtime;

/// <summary>The limits of getrlimit(2) that a container starts with.</summary>
internal static class ResourceLimits
{
    private const string OpenFiles = "RLIMIT_NOFILE";
    private const ulong UsualSoft = 1024, UsualHard = 1 << 20;

    private static readonly string[] s_names =
    [
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack",
    ];

    /// <summary>
    /// Those asked for, and the usual number of open files: .NET raises its own to the hard limit, which children would inherit, and old
    /// programs close or poll every descriptor up to it.
    /// </summary>
    public static IReadOnlyList<OciLimit> For(IReadOnlyList<ResourceLimit> limits)
    {
        List<OciLimit> result = [.. limits.Select(Named)];
        if (!result.Exists(l => l.Type == OpenFiles))
        {
            ulong hard = Math.Min(ProcessLimits.OpenFilesHard, UsualHard);
            result.Add(new OciLimit(OpenFiles, Math.Min(UsualSoft, hard), hard));
        }

        return result;
    }

    private static OciLimit Named(ResourceLimit limit) => s_names.Contains(limit.Name)
        ? new OciLimit("RLIMIT_" + limit.Name.ToUpperInvariant(), limit.Soft, limit.Hard)
        : throw new DiagnosticException("unknown-ulimit", $"There is no limit '{limit.Name}'.",
            Suggestion.Nearest(limit.Name, s_names) is { } near ? $"Did you mean '{near}'?" : $"Known are {string.Join(", ", s_names)}.");
}
