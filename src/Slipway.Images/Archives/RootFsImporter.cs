using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>What <c>import</c> says about the image it makes.</summary>
public sealed record ImportOptions
{
    /// <summary>How to run it, from <c>--change</c>.</summary>
    public ContainerConfig Config { get; init; } = new();

    public Platform Platform { get; init; } = Platform.Host;

    /// <summary>When it was made, by the rules for reproducible images.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.FromUnixTimeSeconds(LayerWriterOptions.DefaultTimestamp);

    /// <summary>The history's comment.</summary>
    public string? Message { get; init; }
}

/// <summary>Makes an image of one layer from the tar of a root file system, compressed or not, as <c>docker import</c> does.</summary>
public sealed class RootFsImporter(ImageStore store, TimeProvider clock)
{
    /// <param name="tar">The archive; need not be able to seek.</param>
    /// <param name="name">What to call it in messages and in the history.</param>
    /// <param name="options">The rest of the image.</param>
    /// <param name="progress">Hears of the bytes read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The image, not yet named.</returns>
    /// <exception cref="DiagnosticException">The bytes are no tar archive, or a hostile one.</exception>
    public async Task<StoredImage> ImportAsync(
        Stream tar, string name, ImportOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var meter = new TransferMeter(progress, name, tar.CanSeek ? tar.Length : null, clock);
        Layer layer = await ReadAsync(new MeteredStream(tar, meter, cancellationToken), name, cancellationToken);
        meter.Complete();
        var config = new ImageConfig
        {
            Created = options.Created,
            Architecture = options.Platform.Architecture,
            Os = options.Platform.Os,
            Variant = options.Platform.Variant,
            Config = options.Config,
            RootFs = new RootFileSystem { DiffIds = [layer.DiffId] },
            History = [new HistoryEntry { Created = options.Created, Comment = options.Message ?? $"Imported from {name}" }],
        };
        return await store.PutImageAsync(config, [layer.TarDescriptor], cancellationToken);
    }

    private async Task<Layer> ReadAsync(Stream tar, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Layers.AddTarAsync(tar, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DiagnosticException("corrupt-archive", $"{name} is not a whole tar archive: {e.Message.TrimEnd('.')}.", "Nothing was imported.");
        }
    }
}
