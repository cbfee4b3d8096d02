using Slipway.PyPi.Indexes;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Solving;

/// <summary>One version of a project as the solver sees it.</summary>
internal sealed record Release(PythonVersion Version)
{
    /// <summary>The file to take; null when there is none (then <see cref="Excluded"/> says why), and for what lies at an address or is installed.</summary>
    public IndexFile? File { get; init; }

    /// <summary>All files of the version that exist for the request.</summary>
    public IReadOnlyList<IndexFile> Files { get; init; } = [];

    /// <summary>Why it cannot be chosen; null when it can.</summary>
    public string? Excluded { get; init; }

    /// <summary>The metadata, where they are known without asking for them: of an address.</summary>
    public CoreMetadata? Metadata { get; init; }

    /// <summary>The address it lies at, as the requirement has it; null for an index.</summary>
    public string? Url { get; init; }

    /// <summary>Whether it is in the environment already.</summary>
    public bool IsInstalled { get; init; }

    /// <summary>The place of its index in the order of preference.</summary>
    public int Priority { get; init; }

    /// <summary>The file to ask for metadata: any wheel will do, since all files of a version say the same, and asking a wheel builds nothing.</summary>
    public IndexFile? MetadataFile => File is { IsSource: false } ? File : Files.FirstOrDefault(f => f is { IsSource: false, HasMetadata: true }) ?? File;
}
