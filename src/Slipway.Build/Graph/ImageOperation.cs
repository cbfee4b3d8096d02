using Slipway.Foundation.Hashing;
using Slipway.Build.Frontend;

namespace Slipway.Build.Graph;

/// <summary>The file system of a base image; <c>FROM scratch</c> is <see cref="ScratchOperation"/>.</summary>
public sealed class ImageOperation(StepOrigin origin, BaseImage image) : Operation(origin)
{
    public BaseImage Image { get; } = image;

    public override IReadOnlyList<Operation> Inputs => [];

    // The layers alone: two tags with the same layers are the same file system.
    internal override void Describe(KeyBuilder key) =>
        key.AddRange("layer", Image.Config.RootFs.DiffIds.Select(d => d.ToString()));
}

/// <summary>The empty file system of <c>FROM scratch</c>.</summary>
public sealed class ScratchOperation(StepOrigin origin) : Operation(origin)
{
    public override IReadOnlyList<Operation> Inputs => [];

    internal override void Describe(KeyBuilder key)
    {
    }
}
