using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Tests.Solving;

/// <summary>Checks a solution without the solver: every request and every dependency met, every constraint kept, each name once.</summary>
internal static class SolutionCheck
{
    public static IEnumerable<string> Problems(CondaRequest request, IReadOnlyList<PackageRecord> packages)
    {
        foreach (IGrouping<string, PackageRecord> twice in packages.GroupBy(p => p.Name).Where(g => g.Count() > 1))
        {
            yield return $"{twice.Key} is there twice";
        }

        Dictionary<string, PackageRecord> all = packages.Concat(request.VirtualPackages).DistinctBy(p => p.Name).ToDictionary(p => p.Name);
        foreach (MatchSpec spec in request.Specs.Where(s => !IsMet(s, all)))
        {
            yield return $"the request {spec} is not met";
        }

        foreach (PackageRecord package in packages)
        {
            foreach (string depends in package.Depends.Where(d => !IsMet(MatchSpec.Parse(d, ParseMode.Lenient), all)))
            {
                yield return $"{package} depends on {depends}";
            }

            foreach (string constrains in package.Constrains)
            {
                MatchSpec spec = MatchSpec.Parse(constrains, ParseMode.Lenient);
                if (all.TryGetValue(spec.Name.Text, out PackageRecord? there) && !spec.Matches(there))
                {
                    yield return $"{package} constrains {constrains}";
                }
            }
        }
    }

    private static bool IsMet(MatchSpec spec, Dictionary<string, PackageRecord> all) =>
        (spec.When is not null && !Holds(spec.When, all)) || (all.TryGetValue(spec.Name.Text, out PackageRecord? there) && spec.Matches(there));

    private static bool Holds(MatchCondition condition, Dictionary<string, PackageRecord> all) => condition switch
    {
        SpecCondition single => IsMet(single.Spec, all),
        AllCondition both => Holds(both.Left, all) && Holds(both.Right, all),
        AnyCondition either => Holds(either.Left, all) || Holds(either.Right, all),
        _ => false,
    };
}
