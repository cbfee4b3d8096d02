using System.Collections.Immutable;
using Slipway.Build.Cache;
using Slipway.Images.Layers;

namespace Slipway.Build.Scheduling;

/// <summary>How a plan is carried out. Nothing here changes what the plan says.</summary>
public sealed record BuildSettings
{
    /// <summary>How many steps run at once.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>The time of everything in new layers, in seconds since 1970.</summary>
    public long Timestamp { get; init; } = LayerWriterOptions.DefaultTimestamp;

    /// <summary>Stages whose steps are not taken from the cache; null for none, empty for all.</summary>
    public ImmutableHashSet<string>? NoCache { get; init; }

    /// <summary>Say for each step why it was or was not taken from the cache.</summary>
    public bool Explain { get; init; }

    /// <summary>The network is forbidden: commands get none either. Part of no key, because what a command can do without it is the same with it.</summary>
    public bool Offline { get; init; }

    /// <summary>Open a shell in a step that failed.</summary>
    public bool ShellOnError { get; init; }

    /// <summary><c>--secret</c> by id.</summary>
    public ImmutableDictionary<string, SecretSource> Secrets { get; init; } = ImmutableDictionary<string, SecretSource>.Empty;

    /// <summary><c>--ssh</c>: the agent's socket by id.</summary>
    public ImmutableDictionary<string, string> SshAgents { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Keeps the caches of one project apart from another's (<c>BUILDKIT_CACHE_MOUNT_NS</c>).</summary>
    public string CacheNamespace { get; init; } = "";

    /// <summary><c>--cache-from</c>: shared caches, asked in this order for what the store does not know.</summary>
    public ImmutableArray<CacheSource> CacheFrom { get; init; } = [];

    /// <summary><c>--cache-to</c>: shared caches that get the results.</summary>
    public ImmutableArray<CacheTarget> CacheTo { get; init; } = [];

    /// <summary>Whether steps of this stage may be taken from the cache.</summary>
    public bool MayUseCache(string stage) =>
        NoCache is null || (NoCache.Count > 0 && !NoCache.Contains(stage, StringComparer.OrdinalIgnoreCase));
}

/// <summary>Where a secret's value is: a file or an environment variable of this process.</summary>
/// <param name="Path">The file, or null.</param>
/// <param name="Variable">The variable, or null.</param>
public sealed record SecretSource(string? Path, string? Variable)
{
    /// <summary>The value, or null when the file or variable is not there.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        if (Path is not null)
        {
            return File.Exists(Path) ? await File.ReadAllBytesAsync(Path, cancellationToken) : null;
        }

        return Environment.GetEnvironmentVariable(Variable!) is { } value ? System.Text.Encoding.UTF8.GetBytes(value) : null;
    }
}
