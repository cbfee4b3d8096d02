using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>What an environment will hold, path by path, and what its user should know of it.</summary>
/// <param name="Options">Where it will be.</param>
/// <param name="Packages">The packages in the order of installation: a package after those that it needs, else by name.</param>
/// <param name="Own">The files that belong to no package: <c>conda-meta/</c>.</param>
/// <param name="Clashes">Paths that several packages hold.</param>
/// <param name="Notices">What was left out, and why.</param>
public sealed record LinkPlan(
    LinkOptions Options, IReadOnlyList<LinkedPackage> Packages, IReadOnlyList<LinkEntry> Own, IReadOnlyList<PathClash> Clashes, IReadOnlyList<string> Notices)
{
    /// <summary>The environment's Python, relative to the prefix; null without one.</summary>
    public string? PythonInterpreter { get; init; }

    /// <summary>How that Python marks its compiled files (PEP 3147), as <c>cpython-311</c>; null when it is not CPython, or there is none.</summary>
    public string? PythonTag { get; init; }

    /// <summary>All entries.</summary>
    public IEnumerable<LinkEntry> Entries => Packages.SelectMany(package => package.Entries).Concat(Own);

    /// <summary>All entries as layers and directories are written from, those of each package together and the environment's own last.</summary>
    public IReadOnlyList<IReadOnlyList<EnvironmentEntry>> Parts =>
        [.. Packages.Select(package => package.ToEntries()), Own.Select(entry => entry.ToEntry("")).ToArray()];
}

/// <summary>A package's part of an environment: the paths that it brings and no other package overrides, in the order of its archive.</summary>
public sealed record LinkedPackage(LinkInput Input, IReadOnlyList<LinkEntry> Entries)
{
    /// <summary>The entries as layers and directories are written from, with the package as their owner.</summary>
    public IReadOnlyList<EnvironmentEntry> ToEntries()
    {
        string owner = $"{Input.Record.Name} {Input.Record.Version} (conda)";
        return [.. Entries.Select(entry => entry.ToEntry(owner))];
    }

    /// <summary>The scripts that conda would run when it links the package; nothing runs them here.</summary>
    public IReadOnlyList<LinkScript> Scripts { get; init; } = [];

    /// <summary>The files, relative to the prefix, that <see cref="ByteCompilation"/> will make of its modules; none if that is not wanted.</summary>
    public IReadOnlySet<string> Compiled { get; init; } = new HashSet<string>();
}

/// <summary>A path that several packages hold. The package that comes last in the order of installation has it.</summary>
/// <param name="Path">Relative to the prefix.</param>
/// <param name="Winner">The name of the package whose file it is.</param>
/// <param name="Losers">Those whose file is not there.</param>
/// <param name="IsHarmless">Whether all of them have the same bytes there.</param>
public sealed record PathClash(string Path, string Winner, IReadOnlyList<string> Losers, bool IsHarmless);

/// <summary>A script that wants to run when a package is linked (CEP 34).</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Action"><c>pre-link</c> or <c>post-link</c>.</param>
/// <param name="Path">Relative to the prefix.</param>
public sealed record LinkScript(string Package, string Action, string Path);
