namespace Slipway.Images.Registry.Policy;

/// <summary>What the user decided about images whose names begin with a prefix; the words are those of containers-registries.conf(5).</summary>
/// <param name="Prefix"><c>host[:port][/path]</c>, or <c>*.domain</c> for all hosts below a domain.</param>
/// <param name="Mark">Where it was decided.</param>
public sealed record RegistryRule(string Prefix, ConfigMark Mark)
{
    /// <summary>What takes the prefix's place in the name that is asked for; null: the prefix itself.</summary>
    public string? Location { get; init; }

    /// <summary>Whether plain HTTP and any certificate will do.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Whether the place itself must not be asked; its mirrors still are.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>A file or folder of certificates, absolute; null: none besides the machine's.</summary>
    public string? Certificates { get; init; }

    /// <summary>Where images are asked for before the place itself, in this order.</summary>
    public IReadOnlyList<RegistryMirror> Mirrors { get; init; } = [];
}

/// <summary>A place that has copies of images.</summary>
/// <param name="Location">What takes the prefix's place in the name.</param>
/// <param name="Mark">Where it was decided.</param>
public sealed record RegistryMirror(string Location, ConfigMark Mark)
{
    /// <inheritdoc cref="RegistryRule.IsInsecure"/>
    public bool IsInsecure { get; init; }

    /// <inheritdoc cref="RegistryRule.Certificates"/>
    public string? Certificates { get; init; }

    public PullFrom PullFrom { get; init; }
}

/// <summary>What a mirror is asked for.</summary>
public enum PullFrom
{
    All,

    /// <summary>Only what has a digest, so that a mirror that lags behind cannot give an old tag.</summary>
    DigestOnly,

    /// <summary>Only tags, and what they lead to.</summary>
    TagOnly,
}
