using Slipway.Conda.Versions;
using Slipway.Resolution;

namespace Slipway.Conda.Solving;

/// <summary>Says some candidates of a package in few words.</summary>
internal static class CandidateText
{
    /// <summary>For instance <c>numpy 1.20 to 1.25.2, 2.0</c>; with the build when a version has others, too.</summary>
    public static string Describe(string name, IReadOnlyList<Candidate> all, IReadOnlyList<int> some)
    {
        if (some.Count == all.Count && some.Count > 1)
        {
            return $"any {name}";
        }

        CondaVersion[] versions = [.. all.Select(c => c.Head.Version).Distinct().Order()];
        HashSet<CondaVersion> wanted = [.. some.Select(i => all[i].Head.Version)];
        if (wanted.Count == 1)
        {
            Candidate first = all[some[0]];
            bool others = all.Count(c => c.Head.Version == first.Head.Version) > some.Count;
            string builds = others ? $" (build {string.Join(", ", some.Select(i => all[i].Head.Build).Distinct().Take(3))}{(some.Count > 3 ? ", …" : "")})" : "";
            return $"{name} {first.Head.Version}{builds}";
        }

        return $"{name} {RangeText.Of(versions, wanted.Contains)}";
    }
}
