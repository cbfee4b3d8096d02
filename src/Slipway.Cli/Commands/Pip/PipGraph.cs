using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Packages and what they need of each other, from a solution or a lock.</summary>
internal sealed class PipGraph
{
    private PipGraph(IEnumerable<PipNode> nodes) => Nodes = new SortedDictionary<ProjectName, PipNode>(nodes.ToDictionary(n => n.Name));

    public IReadOnlyDictionary<ProjectName, PipNode> Nodes { get; }

    public static PipGraph Of(PythonSolution solution) => new(solution.Distributions.Select(d => new PipNode(
        d.Name, d.Version.ToString(), [.. d.Dependencies.Select(r => new PipEdge(r.Name, r.ToString())).DistinctBy(e => e.To)], [.. d.Via.Where(v => v.Project is null).Select(v => v.Requirement.ToString())])));

    /// <summary>What a lock has for a target. It does not say what was asked for: what nothing else needs.</summary>
    public static PipGraph Of(IReadOnlyList<SelectedDistribution> selected)
    {
        HashSet<ProjectName> here = [.. selected.Select(s => s.Package.Name)], needed = [.. selected.SelectMany(s => s.Package.Dependencies).Select(d => d.Name)];
        return new PipGraph(selected.Select(s => new PipNode(
            s.Package.Name, s.Package.Version?.ToString() ?? "", [.. s.Package.Dependencies.Where(d => here.Contains(d.Name)).Select(d => new PipEdge(d.Name, d.Name.Value))],
            needed.Contains(s.Package.Name) ? [] : [s.Package.Name.Value])));
    }

    /// <summary>Those that need a package, in the order of their names.</summary>
    public IEnumerable<(PipNode By, PipEdge Edge)> Above(ProjectName name) =>
        from node in Nodes.Values
        from edge in node.Needs
        where edge.To == name
        select (node, edge);
}

/// <summary>A package.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Needs">What it needs of the others.</param>
/// <param name="Asked">What the request says of it; none: only others need it.</param>
internal sealed record PipNode(ProjectName Name, string Version, IReadOnlyList<PipEdge> Needs, IReadOnlyList<string> Asked)
{
    public override string ToString() => $"{Name} {Version}".TrimEnd();
}

/// <summary>One package needs another.</summary>
/// <param name="To">The other.</param>
/// <param name="Requirement">In its own words.</param>
internal sealed record PipEdge(ProjectName To, string Requirement);
