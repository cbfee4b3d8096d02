using Slipway.Foundation.Hashing;

namespace Slipway.Build.Graph;

/// <summary>WORKDIR: makes the directory, owned by the current user, unless it is there.</summary>
public sealed class MakeDirectoryOperation(StepOrigin origin, Operation parent, string path, string user) : Operation(origin)
{
    public override Operation Parent { get; } = parent;

    /// <summary>Absolute path.</summary>
    public string Path { get; } = path;

    /// <summary>As USER has it; empty for root.</summary>
    public string User { get; } = user;

    public override IReadOnlyList<Operation> Inputs { get; } = [parent];

    internal override void Describe(KeyBuilder key) => key.Add("path", Path).Add("user", User);
}
