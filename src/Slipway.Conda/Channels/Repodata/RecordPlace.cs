namespace Slipway.Conda.Channels.Repodata;

/// <summary>Where records came from.</summary>
/// <param name="ChannelName">The channel, as match specs name it.</param>
/// <param name="Subdir">The folder: <c>linux-64</c>.</param>
/// <param name="BaseUrl">What stands before the name of a file, with the slash at its end; without credentials.</param>
internal sealed record RecordPlace(string ChannelName, string Subdir, string BaseUrl);
