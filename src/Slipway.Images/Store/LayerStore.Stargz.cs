using System.Globalization;
using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Compression.Estargz;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

public sealed partial class LayerStore
{
    /// <summary>The layer in any form that can be written, eStargz included. Made once and kept.</summary>
    /// <exception cref="FileNotFoundException">Nothing is known of the layer.</exception>
    public async Task<FormedLayer> GetFormAsync(Digest diffId, LayerCompression compression, CancellationToken cancellationToken)
    {
        if (compression.Kind != CompressionKind.Estargz)
        {
            return new FormedLayer(diffId, await GetBlobAsync(diffId, compression, cancellationToken));
        }

        using IDisposable held = await _locks.AcquireAsync(diffId, cancellationToken);
        LayerBlobs known = LayerJsonContext.Read(BlobsPath(diffId));
        if (known.Stargz?.GetValueOrDefault(compression.Recipe) is { } text && Digest.TryParse(text, out Digest kept)
            && KnownBlobs(kept).FirstOrDefault(blob => blob.Recipe == compression.Recipe && _blobs.Exists(blob.Descriptor.Digest)) is { } here)
        {
            return new FormedLayer(kept, here.Descriptor);
        }

        await using BlobWriter writer = _blobs.CreateWriter();
        StargzResult made = await StargzWriter.WriteAsync(
            () => OpenSourceAsync(diffId, cancellationToken), writer, compression.Level ?? compression.DefaultLevel, Environment.ProcessorCount, cancellationToken);
        Digest digest = await writer.CommitAsync(null, null, cancellationToken);
        var blob = new Descriptor(MediaTypes.OciLayerGzip, digest, writer.Length)
        {
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                [StargzNames.TocDigest] = made.TocDigest.ToString(),
                [StargzNames.UncompressedSize] = made.TarSize.ToString(CultureInfo.InvariantCulture),
            },
        };

        // A layer of its own: its tar holds one file more.
        using (IDisposable other = await _locks.AcquireAsync(made.DiffId, cancellationToken))
        {
            AddKnownBlob(made.DiffId, blob, null, null, compression.Recipe);
        }

        WriteKnownBlobs(diffId, LayerJsonContext.Read(BlobsPath(diffId)) with
        {
            Stargz = new SortedDictionary<string, string>((known.Stargz ?? new Dictionary<string, string>()).ToDictionary(), StringComparer.Ordinal)
            {
                [compression.Recipe] = made.DiffId.ToString(),
            },
        });
        return new FormedLayer(made.DiffId, blob);
    }
}
