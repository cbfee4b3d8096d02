using Slipway.Conda.Records;
using Slipway.Foundation.Http;

namespace Slipway.Conda.Channels;

/// <summary>Opens both folders of a channel, from its mirrors or its own place.</summary>
internal sealed class ChannelOpener(FolderFetcher servers, LocalFolder local, ChannelSettings settings)
{
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">The channel does not exist, cannot be reached or is broken.</exception>
    public async Task<IReadOnlyList<IFolderRecords>> OpenAsync(Channel channel, string platform, CancellationToken cancellationToken)
    {
        string[] subdirs = platform == Subdirs.NoArch ? [Subdirs.NoArch] : [platform, Subdirs.NoArch];
        Task<IFolderRecords?>[] opening = [.. subdirs.Select(s => OpenFolderAsync(channel, s, cancellationToken))];
        try
        {
            IFolderRecords[] folders = [.. (await Task.WhenAll(opening)).OfType<IFolderRecords>()];
            return folders.Length > 0 ? folders : throw ChannelProblems.Absent(channel, platform); // one of them may well be missing
        }
        catch (HttpFailureException e)
        {
            throw ChannelProblems.Unreachable(channel, e);
        }
    }

    private Task<IFolderRecords?> OpenFolderAsync(Channel channel, string subdir, CancellationToken cancellationToken)
    {
        IReadOnlyList<Uri> places = settings.PlacesOf(new Uri(channel.FolderAddress(subdir)));
        return channel.Address.IsFile ? local.OpenAsync(channel, subdir, cancellationToken) : servers.OpenAsync(channel, subdir, places, cancellationToken);
    }
}
