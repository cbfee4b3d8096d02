using Slipway.Build.Frontend;
using Slipway.Build.Scheduling;

namespace Slipway.Cli.Commands.Images;

/// <summary>How a build is carried out.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Pull">When registries are asked for base images.</param>
internal sealed record BuildManner(BuildSettings Settings, PullPolicy Pull);
