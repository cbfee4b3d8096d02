using System.Globalization;
using System.Text.Json;
using Slipway.Conda.Channels.Caching;
using Slipway.Conda.Channels.Repodata;
using Slipway.Foundation.Linux;
using Slipway.Images.Compression;

namespace Slipway.Conda.Channels;

/// <summary>Opens the folders of channels that are folders on this machine. Unpacked JSON and index are kept as for a server's, until the file changes.</summary>
internal sealed class LocalFolder(FolderCache cache)
{
    private static readonly (string Name, CompressionKind Kind)[] Forms =
        [("repodata.json", CompressionKind.None), ("repodata.json.zst", CompressionKind.Zstd), ("repodata.json.bz2", CompressionKind.Bzip2)];

    /// <summary>The records; null when the folder has no repodata.</summary>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">They cannot be read.</exception>
    public async Task<IFolderRecords?> OpenAsync(Channel channel, string subdir, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(channel.Address.LocalPath, subdir);
        (string Name, CompressionKind Kind) form = Forms.FirstOrDefault(f => File.Exists(Path.Combine(folder, f.Name)));
        if (form.Name is null)
        {
            return null;
        }

        string path = Path.Combine(folder, form.Name), source = channel.FolderAddress(subdir);
        using FileLock held = await cache.LockAsync(source, cancellationToken);
        string stamp = StampOf(path);
        FolderState? state = cache.Find(source);
        try
        {
            if (state is null || state.Form != form.Name || state.Stamp != stamp)
            {
                await using Stream json = Decompressor.Open(File.OpenRead(path), form.Kind);
                state = await cache.StoreAsync(
                    json, (file, length) => new FolderState { Source = source, File = file, Length = length, Form = form.Name, Stamp = stamp }, indexed: true, cancellationToken);
            }

            return cache.Open(state, index => new RecordPlace(channel.Name, subdir, index.BaseUrl is null ? source : new Uri(new Uri(source), index.BaseUrl.TrimEnd('/') + "/").AbsoluteUri));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw ChannelProblems.Broken(new Uri(source + form.Name), e);
        }
    }

    private static string StampOf(string path)
    {
        var file = new FileInfo(path);
        return string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}");
    }
}
