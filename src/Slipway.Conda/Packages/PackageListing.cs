using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Packages.Archives;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Packages;

/// <summary>What was learned of a package when it was unpacked: enough to plan with it again without reading its archive.</summary>
/// <param name="Info">What it says of itself.</param>
/// <param name="Members">Its members.</param>
internal sealed record PackageListing(PackageInfo Info, IReadOnlyList<PackageMember> Members)
{
    /// <summary>What is in a cached archive, once it was read; the offsets are those of its spooled files.</summary>
    internal static string PathOf(CachedArchive cached) => Path.Combine(cached.Folder, "listing-v1.json");

    /// <summary>Null when there is none that can be read.</summary>
    internal static PackageListing? Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, ListingJson.Default.PackageListing) is { Info: not null, Members: not null } listing ? listing : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal void Write(string path) => CacheFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, ListingJson.Default.PackageListing));
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PackageListing))]
internal sealed partial class ListingJson : JsonSerializerContext;
