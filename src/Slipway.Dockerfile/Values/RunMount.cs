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

    /// <summary>The path inside <see cref="From"/> or the cache; for a secret, its id.</summary>
    public string? Source { get; init; }

    /// <summary>Stage, context or image; null means the build context.</summary>
    public string? From { get; init; }

    /// <summary>As given, else true but for caches and tmpfs.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The name of a cache, secret or agent.</summary>
    public string? Id { get; init; }

    public CacheSharing Sharing { get; init; }

    /// <summary>A secret or agent that is missing ends the step.</summary>
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
    public static RunMount Parse(string value, Func<string, string> expand) => new RunMountReader(expand).Read(value);

    /// <summary>What can be said before the variables are known.</summary>
    /// <exception cref="FormatException">The fields cannot be told apart, or <c>from</c> holds a variable.</exception>
    internal static IReadOnlyList<string> CheckUnexpanded(string value)
    {
        IReadOnlyList<string> fields = CsvFields.Split(value);
        foreach (string field in fields)
        {
            (string key, string? rest) = KeyValue.Cut(field);
            int dollar = rest?.IndexOf('$', StringComparison.Ordinal) ?? -1;
            if (key.Equals("from", StringComparison.OrdinalIgnoreCase) && dollar >= 0 && dollar < rest!.Length - 1)
            {
                throw new FormatException("'from' doesn't support variable expansion, define alias stage instead");
            }
        }

        return fields;
    }
}
