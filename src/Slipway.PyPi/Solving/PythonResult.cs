using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>What a search found: a solution, or why there is none.</summary>
/// <param name="Solution">The distributions; null when there is no solution.</param>
/// <param name="Explanation">Why there is none; null when there is one.</param>
/// <param name="Counters">How much work it was.</param>
public sealed record PythonResult(PythonSolution? Solution, Explanation? Explanation, SolveCounters Counters)
{
    /// <summary>The solution.</summary>
    /// <param name="target">What was solved for, for the message.</param>
    /// <exception cref="DiagnosticException">There is none; the message says why.</exception>
    public PythonSolution SolutionFor(PythonTarget target) => Explanation is not { } why ? Solution! : throw new DiagnosticException(
        "unsolvable", $"There is no set of Python packages for {target} with all that is wanted:\n  {string.Join("\n  ", why.Lines)}", why.Hints.Count == 0 ? null : string.Join("; ", why.Hints));
}

/// <summary>Distributions that meet a request.</summary>
/// <param name="Distributions">In the order of their names, without those that were installed already.</param>
/// <param name="Warnings">What the user should know: a yanked version, an extra that does not exist, an archived project.</param>
public sealed record PythonSolution(IReadOnlyList<SolvedDistribution> Distributions, IReadOnlyList<Diagnostic> Warnings);

/// <summary>One distribution of a solution, and why it is there.</summary>
public sealed record SolvedDistribution
{
    public required ProjectName Name { get; init; }

    public required PythonVersion Version { get; init; }

    /// <summary>The file to take: the best wheel, else the source distribution; null for one from an address.</summary>
    public required IndexFile? File { get; init; }

    /// <summary>The address it is taken from, as the requirement has it, credentials included; null for one from an index.</summary>
    public string? Url { get; init; }

    /// <summary>All files of this version that exist for the request, the chosen one among them: what a lock for other machines may list.</summary>
    public IReadOnlyList<IndexFile> Files { get; init; } = [];

    /// <summary>What it says of itself.</summary>
    public required CoreMetadata Metadata { get; init; }

    /// <summary>The extras that someone asked for.</summary>
    public IReadOnlyList<ExtraName> Extras { get; init; } = [];

    /// <summary>Its requirements that hold for the target and the extras, in the order of the metadata, after overrides and excludes.</summary>
    public IReadOnlyList<Requirement> Dependencies { get; init; } = [];

    /// <summary>Who requires it, in the order of names; the request itself first.</summary>
    public IReadOnlyList<RequiredBy> Via { get; init; } = [];

    /// <summary>Whether the request itself asks for it.</summary>
    public bool IsDirect => Via.Any(v => v.Project is null);
}

/// <summary>A reason for a distribution to be there.</summary>
/// <param name="Project">Who requires it; null: the request.</param>
/// <param name="Requirement">What it says.</param>
public sealed record RequiredBy(ProjectName? Project, Requirement Requirement);
