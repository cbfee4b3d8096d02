namespace Slipway.Build.Frontend;

/// <summary>When a registry is asked for a base image.</summary>
public enum PullPolicy
{
    /// <summary>When nothing is known of it here.</summary>
    Missing,

    /// <summary>At each build.</summary>
    Always,

    /// <summary>At each build, but when the registry does not answer, what is here is taken.</summary>
    Newer,

    /// <summary>Never.</summary>
    Never,
}
