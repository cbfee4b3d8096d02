namespace Slipway.Dockerfile;

public enum MountKind
{
    Bind,
    Cache,
    Tmpfs,
    Secret,
    Ssh,
}

public enum CacheSharing
{
    Shared,
    Private,
    Locked,
}

/// <summary>One <c>RUN --mount</c>, its values expanded. A field is null where it was not given and has no general default.</summary>
public sealed record RunMount
{
    public MountKind Kind { get; init; }

    /// <summary>Where to mount; a relative path joins the working directory.</summary>
    public string? Target { get; init; }

    /// <summary>The path inside <see cref="From"/>, the cache, or nothing; a secret uses <see cref="Id"/>.</summary>
    public string? Source { get; init; }

    /// <summary>Stage, context or image; null means the build context.</summary>
    public string? From { get; init; }

    public bool ReadOnly { get; init; }

    public string? Id { get; init; }

    public CacheSharing Sharing { get; init; }

    public bool Required { get; init; }

    /// <summary>The variable that receives a secret.</summary>
    public string? Env { get; init; }

    /// <summary>Permission bits of a cache directory, secret or socket.</summary>
    public int? Mode { get; init; }

    public long? Uid { get; init; }

    public long? Gid { get; init; }

    /// <summary>The limit of a tmpfs in bytes; 0 for none.</summary>
    public long Size { get; init; }

    /// <summary>Reads the comma-separated options; every value but <c>from</c> goes through <paramref name="expand"/>.</summary>
    /// <exception cref="FormatException">An option is unknown, malformed or does not fit the kind; the message says which.</exception>
    public static RunMount Parse(string value, Func<string, string> expand) => throw new NotImplementedException();
}
