namespace Slipway.Images.Store.Checking;

/// <summary>Something in the store that is not as it should be.</summary>
/// <param name="Code">A stable short name: <c>damaged-blob</c>, <c>damaged-layer</c>, <c>damaged-image</c>, <c>damaged-key</c>, <c>leftover</c>.</param>
/// <param name="Message">What is wrong with what.</param>
/// <param name="Help">How what is lost comes back.</param>
public sealed record StoreProblem(string Code, string Message, string Help)
{
    /// <summary>The files or folders that a repair takes away.</summary>
    internal IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The image that a repair takes off the list; null for none.</summary>
    internal Model.Descriptor? Image { get; init; }
}
