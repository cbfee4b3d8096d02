using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Conda.Activation;
using Slipway.Environments.Layering;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;

namespace Slipway.Environments.Building;

/// <summary>
/// What activating an environment sets, kept in the store (<c>environments-v1/</c>) by what decides it, so that a build in which nothing changed need not open a package. May be
/// deleted at any time.
/// </summary>
/// <param name="Variables">The variables, by name.</param>
/// <param name="NotUnderstood">Scripts that do more than set variables.</param>
public sealed record ActivationRecord(ImmutableSortedDictionary<string, string> Variables, ImmutableArray<ActivationProblem> NotUnderstood)
{
    /// <summary>The record, from the store if it is there.</summary>
    /// <param name="environment">The environment; fetched when the record is not there.</param>
    /// <param name="before">The variables of the base image.</param>
    /// <param name="store">The store's folder.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<ActivationRecord> OfAsync(
        CondaEnvironment environment, IReadOnlyDictionary<string, string> before, string store, CancellationToken cancellationToken)
    {
        string path = PathOf(environment, before, store);
        if (Read(path) is { } known)
        {
            return known;
        }

        var found = EnvironmentActivation.Of(await environment.WholeAsync(cancellationToken), before);
        var record = new ActivationRecord(found.Variables.ToImmutableSortedDictionary(StringComparer.Ordinal), [.. found.NotUnderstood]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(record, ActivationJson.Default.ActivationRecord));
        return record;
    }

    /// <summary>As <see cref="OfAsync"/>, without fetching anything: null when the store does not know it.</summary>
    public static ActivationRecord? Find(CondaEnvironment environment, IReadOnlyDictionary<string, string> before, string store) => Read(PathOf(environment, before, store));

    private static string PathOf(CondaEnvironment environment, IReadOnlyDictionary<string, string> before, string store)
    {
        var key = new KeyBuilder();
        new CondaRestSource(environment).Describe(key);
        key.AddRange("before", before.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"));
        return Path.Combine(store, "environments-v1", key.ToDigest().Hex + ".json");
    }

    private static ActivationRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ActivationJson.Default.ActivationRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(ActivationRecord))]
internal sealed partial class ActivationJson : JsonSerializerContext;
