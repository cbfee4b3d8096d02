namespace Slipway.Conda.Matching;

/// <summary>A list inside a spec; equal when the same things are in it, in whatever order.</summary>
public sealed class SpecList(IReadOnlyList<string> values) : IEquatable<SpecList>
{
    public static SpecList Empty { get; } = new([]);

    /// <summary>As written.</summary>
    public IReadOnlyList<string> Values { get; } = values;

    /// <inheritdoc/>
    public bool Equals(SpecList? other) => other is not null && Values.Order(StringComparer.Ordinal).SequenceEqual(other.Values.Order(StringComparer.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SpecList);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(0, (hash, value) => hash ^ value.GetHashCode(StringComparison.Ordinal));

    public override string ToString() => string.Join(',', Values);
}
