using System.Collections.Immutable;
using Slipway.Build.Frontend;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Cli.Commands.Images.Outputs;
using Slipway.Images.Model;

namespace Slipway.Cli.Commands.Images;

/// <summary>Everything that one build is.</summary>
/// <param name="Input">What is built.</param>
/// <param name="Settings">How.</param>
/// <param name="Pull">When registries are asked for base images.</param>
/// <param name="Sources">Where the rest comes from.</param>
/// <param name="Outputs">Where the result goes.</param>
/// <param name="Names">What it is called.</param>
internal sealed record BuildJob(
    BuildInput Input, BuildSettings Settings, PullPolicy Pull, RemoteSources Sources, ImmutableArray<OutputSpec> Outputs, ImmutableArray<ImageReference> Names);
