using System.Collections.Immutable;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Build.Tests.Frontend;

/// <summary>Plans recipes written in a test.</summary>
internal static class Planning
{
    public static readonly ContainerConfig Plain = new();

    public static Task<Plan> PlanAsync(string recipe, PlanOptions? options = null, FakeBaseImages? images = null) =>
        DockerfilePlanner.PlanAsync(
            DockerfileDocument.Parse(new SourceText("Dockerfile", recipe)), options ?? new PlanOptions(), images ?? new FakeBaseImages(("base", Plain)),
            TestContext.Current.CancellationToken);

    public static PlanOptions Arguments(params (string Name, string Value)[] arguments) =>
        new() { BuildArguments = arguments.ToImmutableDictionary(a => a.Name, a => a.Value) };

    /// <summary>The configuration that a recipe comes to.</summary>
    public static async Task<ContainerConfig> ConfigAsync(string recipe, PlanOptions? options = null, FakeBaseImages? images = null) =>
        (await PlanAsync(recipe, options, images)).Target.Config.Config;

    /// <summary>What is found wrong with a recipe.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> ErrorsAsync(string recipe, PlanOptions? options = null, FakeBaseImages? images = null) =>
        (await Assert.ThrowsAsync<DiagnosticException>(() => PlanAsync(recipe, options, images))).Diagnostics;

    /// <summary>The operations of the target from its base to its last layer.</summary>
    public static IReadOnlyList<Operation> Chain(this Plan plan)
    {
        List<Operation> chain = [];
        for (Operation? at = plan.Target.FileSystem; at is not null; at = at.Parent)
        {
            chain.Insert(0, at);
        }

        return chain;
    }

    /// <summary>The commands of the target's RUNs.</summary>
    public static IEnumerable<string> Commands(this Plan plan) => plan.Chain().OfType<RunOperation>().Select(r => r.Run.Arguments[^1]);

    public static RunDefinition LastRun(this Plan plan) => plan.Chain().OfType<RunOperation>().Last().Run;
}
