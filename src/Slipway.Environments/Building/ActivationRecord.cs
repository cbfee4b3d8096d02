using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Slipway.Conda.Activation;
using Slipway.Environments.Layering;
using Slipway.Foundation.Hashing;

namespace Slipway.Environments.Building;

/// <summary>What activating an environment sets.</summary>
/// <param name="Variables">The variables, by name.</param>
/// <param name="NotUnderstood">Scripts that do more than set variables.</param>
public sealed record ActivationRecord(ImmutableSortedDictionary<string, string> Variables, ImmutableArray<ActivationProblem> NotUnderstood)
{
    /// <summary>The record; the packages are only fetched for it if it is not known yet.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="before">The variables of the base image.</param>
    /// <param name="facts">What is known from before.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal static async Task<ActivationRecord> OfAsync(
        CondaEnvironment environment, IReadOnlyDictionary<string, string> before, FactStore facts, CancellationToken cancellationToken)
    {
        Digest name = NameOf(environment, before);
        if (facts.Find(name, ActivationJson.Default.ActivationRecord) is { } known)
        {
            return known;
        }

        var found = EnvironmentActivation.Of(await environment.WholeAsync(cancellationToken), before);
        var record = new ActivationRecord(found.Variables.ToImmutableSortedDictionary(StringComparer.Ordinal), [.. found.NotUnderstood]);
        facts.Keep(name, record, ActivationJson.Default.ActivationRecord);
        return record;
    }

    /// <summary>As <see cref="OfAsync"/>, without fetching anything: null when it is not known.</summary>
    internal static ActivationRecord? Find(CondaEnvironment environment, IReadOnlyDictionary<string, string> before, FactStore facts) =>
        facts.Find(NameOf(environment, before), ActivationJson.Default.ActivationRecord);

    private static Digest NameOf(CondaEnvironment environment, IReadOnlyDictionary<string, string> before)
    {
        var key = new KeyBuilder();
        new CondaRestSource(environment).Describe(key);
        return key.AddRange("before", before.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}")).ToDigest();
    }
}

[JsonSerializable(typeof(ActivationRecord))]
internal sealed partial class ActivationJson : JsonSerializerContext;
