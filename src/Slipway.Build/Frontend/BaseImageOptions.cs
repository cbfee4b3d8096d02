namespace Slipway.Build.Frontend;

/// <summary>When and how base images are asked for.</summary>
public sealed record BaseImageOptions
{
    /// <summary>The code of everything that is missing because the network is forbidden; such mistakes are gathered and reported together.</summary>
    public const string OfflineCode = "offline";

    public PullPolicy Pull { get; init; }

    /// <summary>No registry is asked, whatever <see cref="Pull"/> says.</summary>
    public bool Offline { get; init; }

    /// <summary>Hears what people should know: that a base image changed.</summary>
    public Action<string> Note { get; init; } = _ => { };
}
