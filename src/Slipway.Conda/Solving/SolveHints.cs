using Slipway.Conda.Channels;
using Slipway.Conda.Matching;
using Slipway.Conda.Versions;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Solving;

/// <summary>What could help someone whose requirement nothing answers.</summary>
internal static class SolveHints
{
    /// <summary>One sentence, or null.</summary>
    /// <param name="spec">What was asked.</param>
    /// <param name="name">The package.</param>
    /// <param name="channels">Where it was looked for.</param>
    /// <param name="candidates">What there is of that name, best first.</param>
    public static string? For(MatchSpec spec, string name, IReadOnlyList<IReadOnlyList<IFolderRecords>> channels, IReadOnlyList<Candidate> candidates)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            string setting = name == "__cuda" ? "cuda: in the recipe (or CONDA_OVERRIDE_CUDA)" : $"CONDA_OVERRIDE_{name[2..].ToUpperInvariant()}";
            return candidates.Count == 0
                ? $"The target has no {name}; if it will have one, declare it with {setting}."
                : $"The target has {name} {candidates[0].Head.Version}; if that is wrong, declare it with {setting}.";
        }

        if (candidates.Count > 0)
        {
            CondaVersion[] versions = [.. candidates.Select(c => c.Head.Version).Distinct().Order()];
            string there = versions.Length == 1 ? $"{name} {versions[0]}" : $"{name} {versions[0]} to {versions[^1]}";
            return candidates.Any(c => spec.Version.Matches(c.Head.Version))
                ? $"There are builds of that version, but none is like that; {Builds(spec, candidates)}."
                : $"The channels have {there}.";
        }

        string where = string.Join(", ", channels.SelectMany(c => c).Select(f => f.Place.ChannelName).Distinct());
        IEnumerable<string> names = channels.SelectMany(c => c).SelectMany(f => f.Names());
        string? similar = Suggestion.Nearest(name, names);
        return similar is null ? $"No channel has it ({where}); it may be in another one, or be a package of the Python index, which belongs under pip:." : $"Did you mean {similar}?";
    }

    private static string Builds(MatchSpec spec, IReadOnlyList<Candidate> candidates) =>
        "there are " + string.Join(", ", candidates.Where(c => spec.Version.Matches(c.Head.Version)).Select(c => c.Head.Build).Distinct().Take(4));
}
