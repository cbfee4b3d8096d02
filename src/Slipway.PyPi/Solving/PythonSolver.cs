using Slipway.Foundation.Text;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>Finds the distributions of an environment, for one target.</summary>
public sealed class PythonSolver(IPythonPackages packages)
{
    /// <summary>Solves a request.</summary>
    /// <exception cref="DiagnosticException">A requirement of the request has no meaning, or a place cannot be asked.</exception>
    public async Task<PythonResult> SolveAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        var traced = new TracedPackages(packages);
        PreparedSearch search = await PreparedSearch.OfAsync(traced, request, cancellationToken);
        SolveResult result = await Solver.SolveAsync(search.Provider, search.Request, cancellationToken);
        return result switch
        {
            Solution solution => new PythonResult(await new SolutionBuilder(search.Provider).BuildAsync(solution, search.Wanted, cancellationToken), null, solution.Counters),
            Unsolvable none => new PythonResult(null, none.Explanation with { Hints = await new PythonRelief(traced).FindAsync(request, search, none.Explanation, cancellationToken) }, none.Counters),
            _ => throw new InvalidOperationException("the search has no limit, so it cannot give up"),
        };
    }
}
