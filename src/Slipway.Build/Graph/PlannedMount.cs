using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;

namespace Slipway.Build.Graph;

/// <summary>A <c>RUN --mount</c> with all variables expanded and its source found (dockerfile.md A3).</summary>
public sealed record PlannedMount
{
    public required MountKind Kind { get; init; }

    /// <summary>Absolute path in the container; null for a secret that is only an environment variable.</summary>
    public string? Target { get; init; }

    /// <summary>Path within <see cref="From"/>.</summary>
    public string Source { get; init; } = "/";

    /// <summary>Bind and cache mounts: what is mounted. Null for a cache that starts empty, and for the kinds that have no source.</summary>
    public FileSource? From { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>Cache, secret, ssh: the name.</summary>
    public string Id { get; init; } = "";

    public CacheSharing Sharing { get; init; }

    /// <summary>Permission bits of the file or directory that is made; null for the kind's default.</summary>
    public int? Mode { get; init; }

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>tmpfs: size in bytes, null without a limit.</summary>
    public long? Size { get; init; }

    /// <summary>Secret, ssh: its absence is an error.</summary>
    public bool Required { get; init; }

    /// <summary>Secret: the environment variable to set, or null.</summary>
    public string? EnvironmentVariable { get; init; }

    /// <summary>The mount flag in the file, for errors.</summary>
    public TextSpan Span { get; init; }

    // Cache ids and sharing are left out: what a cache holds never decides a result (dockerfile.md B1).
    internal void Describe(KeyBuilder key)
    {
        key.Add("mount", Kind.ToString());
        key.Add("mount.target", Target);
        key.Add("mount.source", Kind is MountKind.Bind ? Source : null);
        key.Add("mount.readonly", ReadOnly.ToString());
        key.Add("mount.variable", EnvironmentVariable);
        if (From is not null and not OperationSource)
        {
            key.Add("mount.from", From.Name);
        }
    }
}
