using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>The cache: from a key to the layers it leads to (<c>keys-v1/</c>). A record that cannot be read is no record.</summary>
public sealed class KeyStore
{
    private static readonly KeyJsonContext Json = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new DigestConverter() },
    });

    private readonly StoreLayout _layout;
    private readonly StoreLease _lease;
    private readonly StoreUse _use;

    internal KeyStore(StoreLayout layout, StoreLease lease, StoreUse use) => (_layout, _lease, _use) = (layout, lease, use);

    public async Task<KeyRecord?> GetAsync(Digest key, CancellationToken cancellationToken)
    {
        string path = _layout.Key(key);
        return _use.Mark(path) ? await ReadAsync(path, cancellationToken) : null;
    }

    public async Task PutAsync(Digest key, KeyRecord record, CancellationToken cancellationToken)
    {
        string path = _layout.Key(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(record, Json.KeyRecord), cancellationToken);
        _use.Mark(path);
        await WriteAsync(OperationPath(record.Operation), System.Text.Encoding.ASCII.GetBytes(key.ToString()), cancellationToken);
    }

    /// <summary>The newest record of the same operation, to say which part of its key differs now.</summary>
    public async Task<KeyRecord?> FindByOperationAsync(string operation, CancellationToken cancellationToken)
    {
        string path = OperationPath(operation);
        return File.Exists(path) && Digest.TryParse(await File.ReadAllTextAsync(path, cancellationToken), out Digest key)
            ? await GetAsync(key, cancellationToken)
            : null;
    }

    /// <summary>Reads a record's file; null when it is damaged.</summary>
    internal static async Task<KeyRecord?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken), Json.KeyRecord);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null; // the step is done again, which makes the record anew
        }
    }

    /// <summary>The key that the record's parts make.</summary>
    internal static Digest KeyOf(KeyRecord record)
    {
        var key = new KeyBuilder();
        foreach (KeyPart part in record.Parts)
        {
            key.Add(part.Name, part.Value);
        }

        return key.ToDigest();
    }

    private string OperationPath(string operation) => Path.Combine(_layout.Operations, Digest.Of(operation).Hex);

    // Not synced to disk: a record that a power cut empties is a miss.
    private async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        string temporary = _lease.NewPath("key");
        await File.WriteAllBytesAsync(temporary, content, cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }
}

[JsonSerializable(typeof(KeyRecord))]
internal sealed partial class KeyJsonContext : JsonSerializerContext;
