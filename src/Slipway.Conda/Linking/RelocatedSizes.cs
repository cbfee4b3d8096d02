using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Foundation.Hashing;
using Slipway.Packages.Archives;

namespace Slipway.Conda.Linking;

/// <summary>
/// Sizes and digests of a package's relocated files, kept beside its archive: they depend on nothing but the archive, the prefix and the rules, whose number is in
/// the file's name.
/// </summary>
internal sealed record RelocatedSizes
{
    private const int RulesVersion = 1;

    /// <summary>By the path in the package.</summary>
    public required IReadOnlyDictionary<string, RelocatedSize> Files { get; init; }

    /// <summary>Null when there are none that can be read.</summary>
    internal static RelocatedSizes? Read(string folder, string prefix)
    {
        try
        {
            using FileStream file = File.OpenRead(PathOf(folder, prefix));
            return JsonSerializer.Deserialize(file, RelocatedJson.Default.RelocatedSizes) is { Files: not null } sizes ? sizes : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal void Write(string folder, string prefix) =>
        CacheFile.Write(PathOf(folder, prefix), JsonSerializer.SerializeToUtf8Bytes(this, RelocatedJson.Default.RelocatedSizes));

    private static string PathOf(string folder, string prefix) => Path.Combine(folder, $"relocated-v{RulesVersion}-{Digest.Of(prefix).Hex[..32]}.json");
}

/// <summary>A relocated file: its bytes, and their sha256 in hexadecimal digits.</summary>
internal sealed record RelocatedSize(long Size, string Sha256);

[JsonSerializable(typeof(RelocatedSizes))]
internal sealed partial class RelocatedJson : JsonSerializerContext;
