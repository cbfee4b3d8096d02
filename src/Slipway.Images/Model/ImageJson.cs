using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Slipway.Images.Model;

/// <summary>
/// Reads and writes the documents of the image format. Writing is canonical: no white space, fields in the order of the
/// specification, maps sorted, empty lists and nulls left away, so equal values are equal bytes and have equal digests.
/// Reading forgives unknown fields and <c>null</c> for a list.
/// </summary>
public static class ImageJson
{
    private static readonly ImageJsonContext Context = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 32,
        Converters = { new DigestConverter(), new TextMapConverter() },
    });

    private static readonly JsonSerializerOptions Options = new(Context.Options)
    {
        TypeInfoResolver = Context.WithAddedModifier(LeaveEmptyAway),
    };

    public static byte[] Write(OciManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Info<OciManifest>());

    public static byte[] Write(OciIndex index) => JsonSerializer.SerializeToUtf8Bytes(index, Info<OciIndex>());

    public static byte[] Write(ImageConfig config) => JsonSerializer.SerializeToUtf8Bytes(config, Info<ImageConfig>());

    public static byte[] Write(Descriptor descriptor) => JsonSerializer.SerializeToUtf8Bytes(descriptor, Info<Descriptor>());

    /// <exception cref="InvalidDataException">The bytes are not a manifest.</exception>
    public static OciManifest ReadManifest(ReadOnlySpan<byte> json) =>
        Read<OciManifest>(json, "manifest") is { Config: not null } manifest && !manifest.Layers.Contains(null!)
            ? manifest
            : throw new InvalidDataException("The image manifest has null where a descriptor must be.");

    /// <exception cref="InvalidDataException">The bytes are not an index.</exception>
    public static OciIndex ReadIndex(ReadOnlySpan<byte> json) =>
        Read<OciIndex>(json, "index") is var index && !index.Manifests.Contains(null!)
            ? index
            : throw new InvalidDataException("The image index has null where a descriptor must be.");

    /// <exception cref="InvalidDataException">The bytes are not an image config.</exception>
    public static ImageConfig ReadConfig(ReadOnlySpan<byte> json) => Read<ImageConfig>(json, "config");

    /// <exception cref="InvalidDataException">The bytes are not a descriptor.</exception>
    public static Descriptor ReadDescriptor(ReadOnlySpan<byte> json) => Read<Descriptor>(json, "descriptor");

    private static T Read<T>(ReadOnlySpan<byte> json, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, Info<T>()) ?? throw new InvalidDataException($"The image {what} is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The image {what} cannot be read: {e.Message}", e);
        }
    }

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    // Go's omitempty, except for the three lists that the specification requires.
    private static void LeaveEmptyAway(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property.PropertyType.IsGenericType && property.Name is not ("layers" or "manifests" or "diff_ids"))
            {
                property.ShouldSerialize = static (_, value) => value is not (null or ICollection { Count: 0 } or IReadOnlyCollection<object> { Count: 0 } or IReadOnlyDictionary<string, string> { Count: 0 });
            }
        }
    }
}

[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(Descriptor))]
internal sealed partial class ImageJsonContext : JsonSerializerContext;
