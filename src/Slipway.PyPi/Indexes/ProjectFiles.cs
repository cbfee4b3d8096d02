using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Indexes;

/// <summary>What an index says of a project as a whole (PEP 792).</summary>
public enum ProjectStatus
{
    Active,

    /// <summary>No longer worked on.</summary>
    Archived,

    /// <summary>Replaced by something else.</summary>
    Deprecated,

    /// <summary>Not safe to use; its files do not count.</summary>
    Quarantined,
}

/// <summary>The files of a project, from where they may be taken.</summary>
public sealed record ProjectFiles
{
    public required ProjectName Project { get; init; }

    /// <summary>All wheels and source distributions, in the order of the indexes and of their pages.</summary>
    public required IReadOnlyList<IndexFile> Files { get; init; }

    /// <summary>Whether any place knows the project at all.</summary>
    public required bool IsKnown { get; init; }

    /// <summary>The indexes that were asked, as people know them, in their order; those behind the first one that knows the project are not among them.</summary>
    public required IReadOnlyList<string> Asked { get; init; }

    /// <summary>The index that the files are of; null: none, or several.</summary>
    public string? FoundAt { get; init; }

    public ProjectStatus Status { get; init; }

    /// <summary>What the user should know once the project is chosen: archived, deprecated, odd names.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];

    /// <summary>Names of files there that are neither a wheel nor a source distribution of the project, some of them.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];
}
