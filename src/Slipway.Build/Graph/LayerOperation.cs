using Slipway.Build.Contexts;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;

namespace Slipway.Build.Graph;

/// <summary>Adds a layer whose content is known beforehand to something above the builder: the packages of a lock, a user.</summary>
public sealed class LayerOperation(StepOrigin origin, Operation parent, ILayerSource source) : Operation(origin)
{
    private readonly Lazy<Digest> _work = new(() =>
    {
        var key = new KeyBuilder();
        key.Add("operation", nameof(LayerOperation));
        source.Describe(key);
        return key.ToDigest();
    });

    public override Operation Parent { get; } = parent;

    public ILayerSource Source { get; } = source;

    public override IReadOnlyList<Operation> Inputs { get; } = [parent];

    // The same layer on whatever is below.
    internal override Digest Work => Source.ReadsParent ? Definition : _work.Value;

    internal override void Describe(KeyBuilder key) => Source.Describe(key);
}

/// <summary>Makes a layer. One source may be asked by several builds, one after another.</summary>
public interface ILayerSource
{
    /// <summary>Whether the layer depends on the files below it. One that does not is made beside them, and stays the same whatever is below.</summary>
    bool ReadsParent { get; }

    /// <summary>Adds all that decides the layer's bytes; nothing is fetched for it.</summary>
    void Describe(KeyBuilder key);

    /// <summary>Fetches what the layer is made of. Takes no place among the steps that work at the same time, since it mostly waits.</summary>
    /// <exception cref="Foundation.Text.DiagnosticException">Something cannot be had.</exception>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Writes the entries, in their order; the caller completes the layer.</summary>
    /// <param name="writer">The layer.</param>
    /// <param name="below">The files below; empty unless <see cref="ReadsParent"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task WriteAsync(LayerWriter writer, IFileTree below, CancellationToken cancellationToken);
}
