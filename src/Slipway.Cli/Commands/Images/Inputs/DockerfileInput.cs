using System.Collections.Immutable;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Cli.Commands.Images.Inputs;

/// <summary>A Dockerfile.</summary>
/// <param name="Document">The Dockerfile.</param>
/// <param name="Options">What decides the plan, for the first platform.</param>
internal sealed record DockerfileInput(
    string Recipe, DockerfileDocument Document, IReadOnlyDictionary<string, IBuildContext> Contexts, PlanOptions Options, ImmutableArray<Platform> Platforms)
    : BuildInput(Recipe, Contexts, Platforms)
{
    public override async Task<IReadOnlyList<Plan>> PlanAsync(IBaseImages images, IBuildProgress progress, CancellationToken cancellationToken)
    {
        List<Plan> plans = [];
        foreach (Platform platform in Platforms)
        {
            plans.Add(await DockerfilePlanner.PlanAsync(Document, Options with { Platform = platform }, images, cancellationToken));
        }

        return plans;
    }

    public override IEnumerable<Diagnostic> Check(Plan plan) => BuildChecks.Run(this, plan);
}
