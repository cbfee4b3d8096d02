namespace Slipway.Conda.Solving;

/// <summary>What the order of channels means for a package that several of them have.</summary>
public enum ChannelPriority
{
    /// <summary>The first channel that has a package is the only one asked for it.</summary>
    Strict,

    /// <summary>All packages of a channel come before those of the next, whatever their versions.</summary>
    Flexible,

    /// <summary>The version decides; the order only when versions are equal.</summary>
    Disabled,
}
