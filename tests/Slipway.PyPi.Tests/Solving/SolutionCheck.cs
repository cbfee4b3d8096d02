using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;

namespace Slipway.PyPi.Tests.Solving;

/// <summary>Checks a solution from scratch, without anything of the solver.</summary>
internal static class SolutionCheck
{
    /// <summary>Every requirement that holds is met, the files fit the target, and nothing is there that nobody needs.</summary>
    public static void IsValid(PythonSolution solution, PythonRequest request)
    {
        var chosen = solution.Distributions.ToDictionary(d => d.Name);
        HashSet<(ProjectName, ExtraName?)> needed = [];
        var open = new Queue<Requirement>(request.Requirements.Where(r => r.Marker?.Evaluate(request.Target.Environment, MarkerContext.Metadata) != false));
        while (open.TryDequeue(out Requirement? requirement))
        {
            Assert.True(chosen.TryGetValue(requirement.Name, out SolvedDistribution? found), $"{requirement} is not there");
            Assert.True(requirement.Specifiers.Contains(found.Version), $"{found.Name} {found.Version} is not {requirement}");
            foreach (ExtraName? extra in requirement.Extras.Select(e => (ExtraName?)e).Prepend(null))
            {
                if (needed.Add((requirement.Name, extra)))
                {
                    MarkerContext context = extra is { } name ? MarkerContext.ForExtra(name) : MarkerContext.Metadata;
                    foreach (Requirement next in found.Metadata.RequiresDist.Where(r => r.Marker?.Evaluate(request.Target.Environment, context) != false))
                    {
                        open.Enqueue(next);
                    }
                }
            }
        }

        Assert.Equal(needed.Select(n => n.Item1).Distinct().Order(), solution.Distributions.Select(d => d.Name));
        Assert.All(solution.Distributions, d => Assert.True(d.Url is not null || d.File!.IsSource || request.Target.Tags.RankOf(d.File.Wheel!) is not null, $"{d.File?.FileName} does not fit"));
        Assert.All(solution.Distributions, d => Assert.True(d.File?.RequiresPython?.Contains(request.Target.Python) != false, $"{d.File?.FileName} is for another Python"));
    }
}
