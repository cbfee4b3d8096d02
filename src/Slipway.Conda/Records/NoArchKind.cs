namespace Slipway.Conda.Records;

/// <summary>Whether and how a package is independent of the machine (CEP 34).</summary>
public enum NoArchKind
{
    /// <summary>It is for its subdir only.</summary>
    None,

    /// <summary>Linked as it is.</summary>
    Generic,

    /// <summary>Its modules go where the environment's Python looks (CEP 20).</summary>
    Python,
}
