namespace Slipway.PyPi.Files;

/// <summary>What a requirements file says, together with all files it names.</summary>
public sealed record RequirementsFile
{
    /// <summary>The requirements and constraints in the order pip reads them.</summary>
    public required IReadOnlyList<WrittenRequirement> Requirements { get; init; }

    /// <summary>What the options set.</summary>
    public required RequirementsOptions Options { get; init; }

    /// <summary>The files that were read, each once, in order; addresses without credentials.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
