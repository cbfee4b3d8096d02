using Slipway.Foundation.Hashing;
using Slipway.Images.Store;

namespace Slipway.Build.Cache;

/// <summary>Says for --explain why a step's key is not in the cache: which part of it differs from the last time.</summary>
internal static class MissReason
{
    public static string Of(KeyRecord? last, KeyBuilder key)
    {
        if (last is null)
        {
            return "no earlier build of this step is remembered";
        }

        for (int i = 0; i < Math.Max(last.Parts.Count, key.Parts.Count); i++)
        {
            KeyPart? before = i < last.Parts.Count ? last.Parts[i] : null;
            KeyPart? now = i < key.Parts.Count ? key.Parts[i] : null;
            if (before != now)
            {
                return before?.Name == now?.Name
                    ? $"{now!.Value.Name} changed from {Shown(before!.Value.Value)} to {Shown(now.Value.Value)}"
                    : now is { } added ? $"{added.Name} is new: {Shown(added.Value)}" : $"{before!.Value.Name} is gone: {Shown(before.Value.Value)}";
            }
        }

        return "the remembered layer is no longer in the store";
    }

    private static string Shown(string? value) => value switch
    {
        null => "nothing",
        { Length: > 120 } => $"'{value[..120]}…'",
        _ when Digest.TryParse(value, out Digest digest) => digest.Short,
        _ => $"'{value}'",
    };
}
