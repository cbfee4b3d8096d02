using Slipway.Environments.Running;
using Slipway.Foundation.Text;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;
using Slipway.PyPi.Installed;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Wheels;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Puts fetched wheels into their place.</summary>
/// <param name="place">The place.</param>
/// <param name="store">The store's folder.</param>
/// <param name="allowClashes">Whether a path that several want goes to the last of them.</param>
/// <param name="compiles">Whether modules are compiled, by the place's own Python in the sandbox.</param>
internal sealed class PipWriter(PipPlace place, string store, bool allowClashes, bool compiles)
{
    private readonly List<string> _notices = [];

    /// <summary>What the user should know besides what the plan says.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Refuses what cannot be replaced; before anything is downloaded.</summary>
    /// <exception cref="DiagnosticException">A distribution does not say which files are its own.</exception>
    public void CheckReplaced(IEnumerable<PipWheel> wheels)
    {
        foreach (InstalledDistribution old in Replaced(wheels.Select(w => ProjectName.Parse(w.Expected.Split(' ')[0]))))
        {
            place.Existing!.PathsOf(old);
        }
    }

    /// <summary>Writes.</summary>
    /// <returns>What was written.</returns>
    /// <exception cref="DiagnosticException">Wheels want the same path, or one of somebody else; nothing is changed.</exception>
    public async Task<WheelPlan> WriteAsync(FetchedWheels wheels, CancellationToken cancellationToken)
    {
        var options = new WheelInstallOptions { AllowClashes = allowClashes, CompilesPython = compiles, Taken = place.CondaFiles };
        InstalledDistribution[] replaced = [.. Replaced(wheels.Inputs.Select(i => i.Wheel.Name.Project))];
        HashSet<ProjectName> requested = [.. replaced.Where(r => r.IsRequested).Select(r => r.Name)];
        WheelPlan plan = WheelInstallPlanner.Plan(place.Scheme, [.. wheels.Inputs.Select(i => requested.Contains(i.Wheel.Name.Project) ? i with { IsRequested = true } : i)], options, cancellationToken);
        IReadOnlyList<EnvironmentEntry>[] parts = [.. plan.Wheels.Select(w => w.Entries)];
        using var temporary = new TemporaryFolder(store);
        EnvironmentCommand? command = CompileCommand(plan);
        string prefix = place.Scheme.Prefix;
        if (place.Existing is { } existing)
        {
            HashSet<string> gone = [.. replaced.SelectMany(existing.PathsOf)], kept = KeptFiles(existing, replaced, plan);
            gone.ExceptWith(kept);
            await DirectoryUpdate.RunAsync(
                prefix, gone, parts, plan.Wheels.SelectMany(w => w.Compiled), FileSharing.Any, wheels.Threads,
                command is null ? null : token => SandboxedSteps.RunAsync(prefix, host => PythonCompilation.RunAsync(command, new SandboxedEnvironment(host, prefix, prefix, temporary.Path), token), token), cancellationToken);
            return plan;
        }

        await DirectoryComposer.WriteAsync(
            prefix, [place.Basics, .. parts], FileSharing.Any, wheels.Threads,
            command is null ? null : (folder, token) => SandboxedSteps.RunAsync(prefix, host => PythonCompilation.RunAsync(command, new SandboxedEnvironment(host, folder, prefix, temporary.Path), token), token), cancellationToken);
        return plan;
    }

    // A Python of the user's own, as pyenv has it, is no program of the system that the sandbox shows by itself.
    private EnvironmentCommand? CompileCommand(WheelPlan plan)
    {
        if (!compiles || plan.CompileCommand is not { } command)
        {
            return null;
        }

        string home = place.PythonHome ?? "/usr";
        bool isShown = home.StartsWith("/usr", StringComparison.Ordinal) || home.Length <= 1 || home == place.Scheme.Prefix;
        return isShown ? command : command with { Folders = [new CommandFolder(home, home, IsReadOnly: true)] };
    }

    private IEnumerable<InstalledDistribution> Replaced(IEnumerable<ProjectName> projects) =>
        place.Existing is { } existing ? projects.Select(existing.Find).OfType<InstalledDistribution>().Where(d => !d.IsElsewhere) : [];

    // What stays may share a file with what comes only if it is the same file.
    private HashSet<string> KeptFiles(InstalledPython existing, IReadOnlyList<InstalledDistribution> replaced, WheelPlan plan)
    {
        Dictionary<string, EnvironmentEntry> coming = plan.Entries.Where(e => e.Kind != PackageMemberKind.Directory).ToDictionary(e => e.Path);
        HashSet<string> kept = [];
        List<Diagnostic> problems = [];
        foreach (InstalledDistribution one in existing.Distributions.Except(replaced))
        {
            foreach ((string path, RecordLine line) in one.Files ?? new Dictionary<string, RecordLine>())
            {
                kept.Add(path);
                if (!allowClashes && coming.TryGetValue(path, out EnvironmentEntry? entry) && line.Hash.Length > 0 && RecordLine.Of(path, entry.Sha256!, entry.Size).Hash != line.Hash)
                {
                    problems.Add(new Diagnostic(
                        Severity.Error, "path-taken", $"{entry.Owner} wants to write '{path}', which belongs to {one}, with other bytes.", Help: "Leave one of them out. --allow-clashes gives such paths to the one that comes, as pip does without a word."));
                }
            }
        }

        HashSet<string> owned = [.. kept, .. replaced.SelectMany(existing.PathsOf)];
        string[] strangers = [.. coming.Keys.Where(p => !owned.Contains(p) && File.Exists(Path.Combine(existing.Prefix, p))).Order(StringComparer.Ordinal)];
        if (strangers.Length > 0)
        {
            _notices.Add($"{strangers.Length} {(strangers.Length == 1 ? "file" : "files")} that belonged to no package {(strangers.Length == 1 ? "is" : "are")} replaced: {string.Join(", ", strangers.Take(3))}{(strangers.Length > 3 ? ", …" : "")}");
        }

        return problems.Count == 0 ? kept : throw new DiagnosticException([.. problems]);
    }
}
