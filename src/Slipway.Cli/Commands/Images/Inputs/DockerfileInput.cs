using System.Collections.Immutable;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Cli.Commands.Environments;
using Slipway.Dockerfile;
using Slipway.Environments.Bridging;
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
    /// <summary>The environments that the file takes with <c>--from=env:FILE</c>.</summary>
    public required BridgedEnvironments Environments { get; init; }

    public override async Task<IReadOnlyList<Plan>> PlanAsync(IBaseImages images, IBuildProgress progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<Plan> plans = await PlanAsync(images, Environments.Open(images, progress, new EnvironmentStageOptions { MayChangeLock = Environments.MayChangeLock }), cancellationToken);
        foreach (string note in Environments.WriteLocks())
        {
            progress.Report(new BuildNote(note));
        }

        return plans;
    }

    /// <summary>The plan for each platform; nothing is written.</summary>
    /// <param name="images">Finds base images.</param>
    /// <param name="environments">The environments that the file takes.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<Plan>> PlanAsync(IBaseImages images, EnvironmentStages environments, CancellationToken cancellationToken)
    {
        List<Plan> plans = [];
        do
        {
            plans.Clear();
            foreach (Platform platform in Platforms)
            {
                plans.Add(await DockerfilePlanner.PlanAsync(Document, Options with { Platform = platform, VirtualStages = environments }, images, cancellationToken));
            }
        }
        while (environments.TakeUnsettled());
        return plans;
    }

    public override IEnumerable<Diagnostic> Check(Plan plan) => BuildChecks.Run(this, plan);

    public override void Dispose()
    {
        Environments.Dispose();
        base.Dispose();
    }
}
