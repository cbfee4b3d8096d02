using Slipway.Dockerfile;

namespace Slipway.Lint;

/// <summary>A FROM and what its variables come to.</summary>
/// <param name="From">The instruction.</param>
/// <param name="Image">Its base, expanded with the build's arguments.</param>
/// <param name="DefaultImage">Its base, expanded with the defaults of the file alone; null when that cannot be done.</param>
/// <param name="Platform">Its platform, expanded; null without the flag.</param>
/// <param name="KnownNames">The arguments that are declared or predefined.</param>
/// <param name="TargetPlatform">The platform that is built.</param>
/// <param name="Actual">What is known of the base image; null for stages and unknown images.</param>
/// <param name="IsNeeded">The stage is built.</param>
internal sealed record FromFacts(
    FromInstruction From,
    Expansion Image,
    Expansion? DefaultImage,
    Expansion? Platform,
    IReadOnlyCollection<string> KnownNames,
    string TargetPlatform,
    BaseImageFacts? Actual,
    bool IsNeeded);
