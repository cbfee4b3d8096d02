using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>A request in the solver's terms.</summary>
/// <param name="Provider">Knows the packages.</param>
/// <param name="Request">The request; the same one has the same wishes at the same places.</param>
/// <param name="Wanted">The requirements of the request that hold, overrides applied.</param>
internal sealed record PreparedSearch(PythonProvider Provider, SolveRequest Request, IReadOnlyList<Requirement> Wanted)
{
    /// <exception cref="DiagnosticException">A requirement of the request has no meaning, or a place cannot be asked.</exception>
    public static async Task<PreparedSearch> OfAsync(IPythonPackages packages, PythonRequest request, CancellationToken cancellationToken)
    {
        var policies = new RequestPolicies(request);
        var provider = new PythonProvider(packages, request, policies);
        Requirement[] wanted = [.. request.Requirements.Where(policies.Holds).SelectMany(policies.Apply)];
        await FollowAddressesAsync(packages, wanted, provider, policies, cancellationToken);
        List<Dependency> wishes = [.. wanted.SelectMany(provider.Table.Dependencies)];
        foreach (Requirement constraint in request.Constraints.Where(policies.Holds))
        {
            wishes.Add(new Dependency(provider.Table.Set(provider.Table.Name(constraint.Name), constraint.Specifiers), DependencyKind.Constrains));
        }

        VersionSetId[] given = [.. request.Installed.OrderBy(i => i.Key).Select(i => provider.Table.Set(provider.Table.Name(i.Key), VersionSpecifiers.Any))];
        return new PreparedSearch(provider, new SolveRequest(wishes) { Given = given }, wanted);
    }

    /// <summary>
    /// What lies at an address may itself name addresses. All of them have to be known before the search, because the versions of a project must not change on the way.
    /// </summary>
    private static async Task FollowAddressesAsync(IPythonPackages packages, IEnumerable<Requirement> wanted, PythonProvider provider, RequestPolicies policies, CancellationToken cancellationToken)
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
