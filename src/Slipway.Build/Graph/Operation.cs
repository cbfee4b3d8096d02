using Slipway.Foundation.Hashing;

namespace Slipway.Build.Graph;

/// <summary>
/// One node of a plan: something that makes a file system out of the file systems of its inputs.
/// Operations are immutable, point only at their inputs, and know nothing of how they are run or cached.
/// </summary>
public abstract class Operation
{
    private readonly Lazy<Digest> _definition;

    private protected Operation(StepOrigin origin)
    {
        Origin = origin;
        _definition = new Lazy<Digest>(() =>
        {
            var key = new KeyBuilder();
            key.Add("operation", GetType().Name);
            Describe(key);
            foreach (Operation input in Inputs)
            {
                key.Add("input", input.Definition.ToString());
            }

            return key.ToDigest();
        });
    }

    /// <summary>Where the operation comes from, for progress and errors. Not part of its identity.</summary>
    public StepOrigin Origin { get; }

    /// <summary>
    /// Names what the operation says and what its inputs say, without looking at any content. Two operations of the same
    /// definition in one plan are one piece of work.
    /// </summary>
    public Digest Definition => _definition.Value;

    /// <summary>Names what has to be done for the operation: what it says, and what its inputs say as far as it reads them. What has one name is done once.</summary>
    internal virtual Digest Work => Definition;

    /// <summary>The operations whose results this one reads; the parent file system, if any, comes first.</summary>
    public abstract IReadOnlyList<Operation> Inputs { get; }

    /// <summary>
    /// The file system this operation adds a layer to; null when it starts one.
    /// </summary>
    public virtual Operation? Parent => null;

    /// <summary>Adds everything the operation itself says, inputs left out.</summary>
    internal abstract void Describe(KeyBuilder key);
}
