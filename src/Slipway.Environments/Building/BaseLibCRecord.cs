using System.Text.Json.Serialization;
using Slipway.Build.Frontend;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.PyPi.Tags;

namespace Slipway.Environments.Building;

/// <summary>The C library of a base image as it is kept, as <see cref="BasePythonRecord"/> is.</summary>
/// <param name="Text">As <see cref="LibC.ToString"/> writes it; null: the image has none.</param>
internal sealed record BaseLibCRecord(string? Text)
{
    // Goes up when the same image would be read otherwise.
    private const string Rules = "base-libc-1";

    /// <summary>The C library of an image; null when it has none.</summary>
    public static async Task<LibC?> OfAsync(BaseImage image, LayerStore layers, FactStore facts, CancellationToken cancellationToken)
    {
        Digest name = new KeyBuilder().Add("rules", Rules).AddRange("layers", image.Config.DiffIds.Select(d => d.ToString())).ToDigest();
        if (facts.Find(name, BaseLibCJson.Default.BaseLibCRecord) is { } known && (known.Text is null || LibC.TryParse(known.Text, out _)))
        {
            return known.Text is null ? null : LibC.Parse(known.Text);
        }

        LibC? found = await new LibCReader(new SnapshotTree(await Snapshot.LoadAsync(layers, image.Config.DiffIds, cancellationToken))).ReadAsync(cancellationToken);
        facts.Keep(name, new BaseLibCRecord(found?.ToString()), BaseLibCJson.Default.BaseLibCRecord);
        return found;
    }
}

[JsonSerializable(typeof(BaseLibCRecord))]
internal sealed partial class BaseLibCJson : JsonSerializerContext;
