using System.Collections.Immutable;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Cli.Commands.Images.Inputs;

/// <summary>Something that an earlier build made already.</summary>
/// <param name="Recipe">As for every input.</param>
/// <param name="Platforms">As for every input.</param>
/// <param name="Image">The image.</param>
internal sealed record MadeInput(string Recipe, ImmutableArray<Platform> Platforms, BuiltImage Image) : BuildInput(Recipe, new Dictionary<string, IBuildContext>(), Platforms)
{
    public override Task<IReadOnlyList<Plan>> PlanAsync(IBaseImages images, IBuildProgress progress, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Plan>>([]);

    public override IEnumerable<Diagnostic> Check(Plan plan) => [];
}
