using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Solving;

namespace Slipway.PyPi.Builds;

/// <summary>Chooses what a build needs. Wheels only, so that no build waits for another without end.</summary>
public static class BuildRequirements
{
    /// <param name="packages">Where they come from.</param>
    /// <param name="request">What they are for, and picks to keep; its <see cref="PythonRequest.FromSource"/> does not count.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">They cannot be had; the code is <c>build-failed</c>.</exception>
    public static async Task<IReadOnlyList<IndexFile>> ChooseAsync(IndexPackages packages, PythonRequest request, CancellationToken cancellationToken)
    {
        PythonResult result = await new PythonSolver(packages).SolveAsync(request with { FromSource = static _ => false }, cancellationToken);
        return result.Solution is { } solution ? [.. solution.Distributions.Select(d => d.File!)] : throw new DiagnosticException(
            "build-failed", $"what the build needs cannot be had: {string.Join("; ", result.Explanation!.Lines)}", string.Join("; ", result.Explanation.Hints));
    }
}
