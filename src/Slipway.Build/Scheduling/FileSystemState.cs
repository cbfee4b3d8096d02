using System.Collections.Immutable;
using Slipway.Foundation.Hashing;

namespace Slipway.Build.Scheduling;

/// <summary>The result of an operation: a stack of layers.</summary>
/// <param name="Layers">The diffIDs, lowest first.</param>
public sealed record FileSystemState(ImmutableArray<Digest> Layers)
{
    public static FileSystemState Empty { get; } = new([]);

    /// <summary>
    /// Names the content of the whole stack. Keys of later steps are made from it, so that a step whose parent came out the same bytes is not run again.
    /// </summary>
    public Digest Chain { get; } = new KeyBuilder().AddRange("layer", Layers.Select(l => l.ToString())).ToDigest();

    /// <summary>This stack with one more layer; the same stack when there is none to add.</summary>
    public FileSystemState With(Digest? layer) => layer is { } added ? new FileSystemState(Layers.Add(added)) : this;
}
