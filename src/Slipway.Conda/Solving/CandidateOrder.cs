namespace Slipway.Conda.Solving;

/// <summary>
/// Which of two candidates of a name is preferred: fewer tracked features, then the earlier channel, the higher version, the higher build number, and the later build time.
/// With <see cref="ChannelPriority.Disabled"/> the channel comes after the build number. The last word have the channel's and the build's text, so that the order is total.
/// </summary>
internal sealed class CandidateOrder(ChannelPriority priority) : IComparer<Candidate>
{
    public int Compare(Candidate? x, Candidate? y)
    {
        int sign = CompareMain(x!, y!);
        if (sign != 0)
        {
            return sign;
        }

        sign = y!.Head.Timestamp.CompareTo(x!.Head.Timestamp);
        sign = sign != 0 ? sign : string.CompareOrdinal(x.Head.Build, y.Head.Build);
        return sign != 0 ? sign : x.Channel.CompareTo(y.Channel);
    }

    /// <summary>The order without time: 0 for variants of one build.</summary>
    public int CompareMain(Candidate x, Candidate y)
    {
        int sign = x.Head.TrackedFeatures.CompareTo(y.Head.TrackedFeatures);
        sign = sign != 0 || priority == ChannelPriority.Disabled ? sign : x.Channel.CompareTo(y.Channel);
        sign = sign != 0 || ReferenceEquals(x.Head.Version, y.Head.Version) ? sign : y.Head.Version.CompareTo(x.Head.Version);
        sign = sign != 0 ? sign : y.Head.BuildNumber.CompareTo(x.Head.BuildNumber);
        return sign != 0 || priority != ChannelPriority.Disabled ? sign : x.Channel.CompareTo(y.Channel);
    }
}
