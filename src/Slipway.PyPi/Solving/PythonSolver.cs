using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>Finds the distributions of an environment, for one target.</summary>
public sealed class PythonSolver(IPythonPackages packages)
{
    /// <summary>Solves a request.</summary>
    /// <exception cref="DiagnosticException">A requirement of the request has no meaning, or a place cannot be asked.</exception>
    public async Task<PythonResult> SolveAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        var policies = new RequestPolicies(request);
        var provider = new PythonProvider(packages, request, policies);
        Requirement[] wanted = [.. request.Requirements.Where(policies.Holds).SelectMany(policies.Apply)];
        await FollowAddressesAsync(wanted, provider, policies, cancellationToken);
        List<Dependency> wishes = [.. wanted.SelectMany(provider.Table.Dependencies)];
        foreach (Requirement constraint in request.Constraints.Where(policies.Holds))
        {
            wishes.Add(new Dependency(provider.Table.Set(provider.Table.Name(constraint.Name), constraint.Specifiers), DependencyKind.Constrains));
        }

        VersionSetId[] given = [.. request.Installed.OrderBy(i => i.Key).Select(i => provider.Table.Set(provider.Table.Name(i.Key), VersionSpecifiers.Any))];
        SolveResult result = await Solver.SolveAsync(provider, new SolveRequest(wishes) { Given = given }, cancellationToken);
        return result switch
        {
            Solution solution => new PythonResult(await new SolutionBuilder(provider).BuildAsync(solution, wanted, cancellationToken), null, solution.Counters),
            Unsolvable none => new PythonResult(null, none.Explanation, none.Counters),
            _ => throw new InvalidOperationException("the search has no limit, so it cannot give up"),
        };
    }

    /// <summary>
    /// What lies at an address may itself name addresses. All of them have to be known before the search, because the versions of a project must not change on the way.
    /// </summary>
    private async Task FollowAddressesAsync(IEnumerable<Requirement> wanted, PythonProvider provider, RequestPolicies policies, CancellationToken cancellationToken)
    {
        var open = new Queue<Requirement>(wanted.Where(r => r.Url is not null));
        HashSet<(ProjectName, ExtraName?)> seen = [];
        while (open.TryDequeue(out Requirement? requirement))
        {
            CoreMetadata metadata = await packages.GetDirectAsync(requirement.Name, policies.Urls[requirement.Name], cancellationToken);
            foreach (ExtraName? extra in requirement.Extras.Select(e => (ExtraName?)e).Prepend(null))
            {
                if (!seen.Add((requirement.Name, extra)))
                {
                    continue;
                }

                foreach (Requirement needed in provider.Reader.Requirements(metadata, extra).Where(r => r.Url is not null || policies.Urls.ContainsKey(r.Name)))
                {
                    policies.AddUrl(needed, requirement.Name);
                    open.Enqueue(needed);
                }
            }
        }
    }
}
