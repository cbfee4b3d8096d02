using Slipway.Foundation.Text;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Locks;

/// <summary>What is to be installed for a locked project: one of its files, or its folder or repository when it has none.</summary>
public sealed record SelectedDistribution(LockedDistribution Package, LockedFile? File)
{
    /// <summary>Whether the file is a wheel of an index.</summary>
    public bool IsWheel => File is not null && File != Package.Sdist && File != Package.Archive;
}

/// <summary>For whom something is taken from a lock.</summary>
public sealed record LockChoice
{
    /// <summary>The environment to install for.</summary>
    public required MarkerEnvironment Environment { get; init; }

    /// <summary>The place of a wheel in the order of the target, lower is better; null when the target cannot use it (<see cref="WheelTags"/>).</summary>
    public required Func<WheelFileName, int?> RankOf { get; init; }

    /// <summary>The extras of the project.</summary>
    public IReadOnlyList<ExtraName> Extras { get; init; } = [];

    /// <summary>The dependency groups; null: those the lock takes by itself.</summary>
    public IReadOnlyList<string>? DependencyGroups { get; init; }

    /// <summary>Whether the source distribution of a project is to be taken even when there is a wheel.</summary>
    public Func<ProjectName, bool> PrefersSource { get; init; } = _ => false;
}

/// <summary>Takes from a lock what is to be installed, without asking anybody (PEP 751, "Installation").</summary>
public static class LockSelection
{
    /// <summary>Chooses.</summary>
    /// <exception cref="DiagnosticException">
    /// The lock is not for this target. Codes: <c>lock-python</c>, <c>lock-environment</c>, <c>package-python</c>, <c>ambiguous-lock</c>, <c>no-file</c>; the latter three for all packages at once.
    /// </exception>
    public static IReadOnlyList<SelectedDistribution> Select(PythonLock from, LockChoice choice)
    {
        PythonVersion? python = PythonVersion.TryParse(choice.Environment.PythonFullVersion, out PythonVersion? version) ? version : null;
        if (!Fits(from.RequiresPython, python))
        {
            throw new DiagnosticException("lock-python", $"the lock is for Python {from.RequiresPython}, and the target has {choice.Environment.PythonFullVersion}", "lock again for this target, or take another base");
        }

        MarkerContext context = MarkerContext.LockFile(choice.Extras, choice.DependencyGroups ?? from.DefaultGroups);
        if (from.Environments.Count > 0 && !from.Environments.Any(e => e.Evaluate(choice.Environment, context)))
        {
            throw new DiagnosticException("lock-environment", $"the lock is for other environments: {string.Join("; ", from.Environments)}", "lock again for this target");
        }

        List<SelectedDistribution> selected = [];
        List<Diagnostic> problems = [];
        Dictionary<ProjectName, LockedDistribution> taken = [];
        foreach (LockedDistribution package in from.Packages)
        {
            if (package.Marker is { } marker && !marker.Evaluate(choice.Environment, context))
            {
                continue;
            }

            if (!Fits(package.RequiresPython, python))
            {
                problems.Add(Problem("package-python", $"{package} is for Python {package.RequiresPython}, and the target has {choice.Environment.PythonFullVersion}", "lock again for this target"));
            }
            else if (!taken.TryAdd(package.Name, package))
            {
                problems.Add(Problem("ambiguous-lock", $"{taken[package.Name]} and {package} are both for this target", "the markers of one project must exclude each other; lock again"));
            }
            else if (Choose(package, choice) is { } choosen)
            {
                selected.Add(choosen);
            }
            else
            {
                problems.Add(Problem(
                    "no-file", $"the lock has no file of {package} for this target: {string.Join(", ", package.Wheels.Take(5).Select(w => w.FileName))}{(package.Wheels.Count > 5 ? $" and {package.Wheels.Count - 5} more" : "")}",
                    "lock again for this target"));
            }
        }

        return problems.Count == 0 ? selected : throw new DiagnosticException(problems);
    }

    private static SelectedDistribution? Choose(LockedDistribution package, LockChoice choice)
    {
        if (package.Vcs is not null || package.Directory is not null || package.Archive is not null)
        {
            return new SelectedDistribution(package, package.Archive);
        }

        if (package.Sdist is not null && choice.PrefersSource(package.Name))
        {
            return new SelectedDistribution(package, package.Sdist);
        }

        LockedFile? best = null;
        (int Rank, (long, string)? Build) bestKey = default;
        foreach (LockedFile file in package.Wheels)
        {
            if (file.Wheel is { } wheel && choice.RankOf(wheel) is { } rank
                && (best is null || rank < bestKey.Rank || (rank == bestKey.Rank && WheelFileName.CompareBuilds(wheel.Build, bestKey.Build) > 0)))
            {
                (best, bestKey) = (file, (rank, wheel.Build));
            }
        }

        return (best ?? package.Sdist) is { } file2 ? new SelectedDistribution(package, file2) : null;
    }

    // A pre-release of Python counts as the version it leads to, as installers take it.
    private static bool Fits(VersionSpecifiers? asked, PythonVersion? python) => asked is null || python is null || asked.Contains(python, prereleases: true) || (python.IsPrerelease && asked.Contains(python.Base, prereleases: true));

    private static Diagnostic Problem(string code, string message, string help) => new(Severity.Error, code, message, Help: help);
}
