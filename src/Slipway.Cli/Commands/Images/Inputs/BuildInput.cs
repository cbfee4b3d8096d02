using System.Collections.Immutable;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Cli.Commands.Images.Inputs;

/// <summary>What a command line of <c>build</c> or <c>plan</c> says is to be built.</summary>
/// <param name="Recipe">The recipe's path, for messages and to name steps across builds.</param>
/// <param name="Contexts">The contexts by name; the main one is <c>context</c>.</param>
/// <param name="Platforms">What it is built for; at least one.</param>
internal abstract record BuildInput(string Recipe, IReadOnlyDictionary<string, IBuildContext> Contexts, ImmutableArray<Platform> Platforms) : IDisposable
{
    /// <summary>The plan for each platform.</summary>
    /// <param name="images">Finds base images.</param>
    /// <param name="progress">Hears what is done for it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public abstract Task<IReadOnlyList<Plan>> PlanAsync(IBaseImages images, IBuildProgress progress, CancellationToken cancellationToken);

    /// <summary>What a person should know of the recipe besides.</summary>
    /// <exception cref="DiagnosticException">The recipe asks for warnings to be errors, and there are some.</exception>
    public abstract IEnumerable<Diagnostic> Check(Plan plan);

    /// <summary>Keeps what was seen and made for later builds.</summary>
    /// <param name="built">What the build made, without a warning.</param>
    /// <param name="cancellationToken">Stops.</param>
    public virtual Task KeepAsync(BuiltImage built, CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual void Dispose()
    {
    }
}
