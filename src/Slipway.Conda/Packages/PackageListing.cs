using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Conda.Packages;

/// <summary>What was learned of a package when it was unpacked: enough to plan with it again without reading its archive.</summary>
/// <param name="Info">What it says of itself.</param>
/// <param name="Members">Its members.</param>
internal sealed record PackageListing(PackageInfo Info, IReadOnlyList<PackageMember> Members)
{
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
