using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Foundation.Files;

namespace Slipway.Conda.Packages;

/// <summary>What was learned of a package when it was unpacked for sharing: enough to link it again without its archive.</summary>
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
            return JsonSerializer.Deserialize(file, ListingJson.Default.PackageListing);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal void Write(string path) => AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, ListingJson.Default.PackageListing));
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PackageListing))]
internal sealed partial class ListingJson : JsonSerializerContext;
