namespace Slipway.Conda.Channels.Repodata;

/// <summary>What a folder of a channel says of other channels (CEP 42): references as written, such as <c>../conda-forge</c>.</summary>
/// <param name="Base">The channel whose packages go before those of this one; null: none.</param>
/// <param name="Overrides">The channel before whose packages those of this one go; null: none.</param>
internal sealed record ChannelRelations(string? Base, string? Overrides)
{
    public static ChannelRelations None { get; } = new(null, null);
}
