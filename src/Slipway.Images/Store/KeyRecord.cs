using System.Text.Json.Serialization;
using Slipway.Foundation.Hashing;

namespace Slipway.Images.Store;

/// <summary>What a key leads to, and the parts it was made of (for <c>--explain</c>).</summary>
public sealed record KeyRecord
{
    /// <summary>What was done, in the recipe's words; finds the nearest earlier record to explain a miss.</summary>
    [JsonPropertyName("operation")]
    public string Operation { get; init => field = value ?? ""; } = "";

    /// <summary>The parts of the key in their order.</summary>
    [JsonPropertyName("parts")]
    public IReadOnlyList<KeyPart> Parts { get; init => field = value ?? []; } = [];

    /// <summary>The layers of the result, by diffID.</summary>
    [JsonPropertyName("layers")]
    public IReadOnlyList<Digest> Layers { get; init => field = value ?? []; } = [];

    /// <summary>Anything else the operation wants to remember, as small texts by name.</summary>
    [JsonPropertyName("values")]
    public IReadOnlyDictionary<string, string> Values { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();
}
