using System.CommandLine;
using System.Text;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;

namespace Slipway.Cli.Commands.Pip;

/// <summary>What a command of <c>pip</c> is asked for: requirements and options of its words, flags and files, or a lock.</summary>
internal sealed record PipInput
{
    // What is read when nothing is named, the first that is there.
    private static readonly string[] s_usualFiles = ["requirements.in", "pyproject.toml", "requirements.txt"];

    private static readonly (string Name, string Option)[] s_variables =
        [("PIP_INDEX_URL", "--index-url"), ("PIP_EXTRA_INDEX_URL", "--extra-index-url"), ("PIP_FIND_LINKS", "--find-links"), ("PIP_TRUSTED_HOST", "--trusted-host")];

    /// <summary>Everything but the lock, as pip would read it from one file.</summary>
    public required RequirementsFile File { get; init; }

    /// <summary>Requirements that stand in for all others on their projects.</summary>
    public IReadOnlyList<Requirement> Overrides { get; init; } = [];

    /// <summary>What was locked; null: nothing.</summary>
    public PythonLock? Lock { get; init; }

    /// <summary>The lock's file.</summary>
    public string? LockPath { get; init; }

    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];

    public IEnumerable<WrittenRequirement> Wanted => File.Requirements.Where(r => !r.IsConstraint);

    /// <summary>Reads what the command line names.</summary>
    /// <param name="flags">The command's flags.</param>
    /// <param name="parsed">Their values.</param>
    /// <param name="mayBeLocked">Whether a lock is something to start from.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">A file is wrong; all mistakes at once.</exception>
    public static async Task<PipInput> ReadAsync(PipFlags flags, ParseResult parsed, bool mayBeLocked, CancellationToken cancellationToken)
    {
        List<Diagnostic> problems = [];
        string[] words = parsed.GetValue(flags.Wanted)!, named = parsed.GetValue(flags.Files)!;
        if (words.Length == 0 && named.Length == 0)
        {
            named = [(mayBeLocked && System.IO.File.Exists("pylock.toml") ? "pylock.toml" : s_usualFiles.FirstOrDefault(System.IO.File.Exists))
                ?? throw new UsageException("nothing-wanted", $"no package is named, and there is none of {(mayBeLocked ? "pylock.toml, " : "")}{string.Join(", ", s_usualFiles)} here", "name packages, or a file with -r")];
        }

        string[] locks = [.. named.Where(n => PythonLock.IsFileName(Path.GetFileName(n)))];
        if (locks.Length > 0 && !mayBeLocked)
        {
            throw new UsageException("already-locked", "the packages are locked already", "lock a requirements.txt, a pyproject.toml or named packages");
        }

        if (locks.Length > 1 || (locks.Length == 1 && (words.Length > 0 || named.Length > 1)))
        {
            throw new UsageException("lock-and-more", "a lock says all packages, so nothing can be asked for besides it", "leave the packages and other files away, or lock again with them");
        }

        string[] projects = [.. named.Where(n => Path.GetFileName(n) == PyprojectReader.FileName)];
        if (projects.Length == 0 && (parsed.GetValue(flags.Extras)!.Length > 0 || parsed.GetValue(flags.AllExtras) || parsed.GetValue(flags.Groups)!.Length > 0))
        {
            throw new UsageException("no-project", "--extra, --all-extras and --group are for a project, and no pyproject.toml is read", "name it: -r pyproject.toml");
        }

        var files = new FolderFiles(Directory.GetCurrentDirectory(), mayLeave: true);
        var reader = new RequirementsFileReader(files, CliContext.Environment);
        RequirementsFile file = await ReadLinesAsync(reader, [.. OfEnvironment(flags.NamesIndex(parsed)), .. flags.OptionLines(parsed), .. named.Except(locks).Except(projects).Select(n => "-r " + PipFlags.Quoted(n)), .. parsed.GetValue(flags.Constraints)!.Select(n => "-c " + PipFlags.Quoted(n)), .. words], problems, cancellationToken);
        List<Requirement> overrides = [];
        foreach (string path in parsed.GetValue(flags.Overrides)!)
        {
            RequirementsFile read = await reader.ReadAsync(path, asConstraints: false, problems, cancellationToken);
            overrides.AddRange(read.Requirements.Select(r => r.ToRequirement()).OfType<Requirement>());
        }

        foreach (string project in projects)
        {
            if (PyprojectReader.Read(files, Path.GetDirectoryName(project) ?? "", problems) is { } read)
            {
                file = file with { Requirements = [.. file.Requirements, .. OfProject(read, flags, parsed, problems)], Files = [.. file.Files, project] };
                overrides.AddRange(read.Uv.Overrides.Select(r => r.ToRequirement()).OfType<Requirement>());
            }
        }

        PythonLock? locked = locks.Length == 0 ? null : ReadLock(locks[0], problems);
        HashMode.Check(file, problems);
        if (problems.Any(p => p.Severity == Severity.Error))
        {
            throw new DiagnosticException([.. problems]);
        }

        return new PipInput { File = file, Overrides = overrides, Lock = locked, LockPath = locks.FirstOrDefault(), Warnings = problems };
    }

    /// <summary>A lock of a file.</summary>
    /// <returns>Null where it is wrong; the problems say how.</returns>
    public static PythonLock? ReadLock(string path, List<Diagnostic> problems) => System.IO.File.Exists(path)
        ? PylockReader.Read(new SourceText(path, System.IO.File.ReadAllText(path)), problems)
        : throw new DiagnosticException("no-file", $"{path} does not exist", "make it with \"slipway pip lock\"");

    private static IEnumerable<WrittenRequirement> OfProject(PyprojectFile project, PipFlags flags, ParseResult parsed, List<Diagnostic> problems)
    {
        if (project.HasProject && !project.HasStaticDependencies)
        {
            problems.Add(new Diagnostic(Severity.Error, "dynamic-project", $"{project.Source.Path} leaves what the project needs to its build ({string.Join(", ", project.Dynamic)})", Help: "write [project] dependencies into the file, or name a requirements.txt"));
        }

        ExtraName[] extras = parsed.GetValue(flags.AllExtras) ? [.. project.OptionalDependencies.Keys] : [.. parsed.GetValue(flags.Extras)!.Select(e => ExtraName.TryParse(e, out ExtraName name) ? name : throw new UsageException("bad-value", $"--extra {e}: expected the name of an extra"))];
        return [.. project.Needed(extras, problems), .. parsed.GetValue(flags.Groups)!.SelectMany(g => project.Groups.Read(g, problems)), .. project.Uv.Constraints.Select(c => c with { IsConstraint = true })];
    }

    // The words of the command line stand below each other in a text, so that a message can show the one it is about.
    private static async Task<RequirementsFile> ReadLinesAsync(RequirementsFileReader reader, IReadOnlyList<string> lines, List<Diagnostic> problems, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        List<WrittenText> written = [];
        foreach (string line in lines)
        {
            written.Add(new WrittenText(line, new TextSpan(text.Length, line.Length)));
            text.Append(line).Append('\n');
        }

        return await reader.ReadLinesAsync(new SourceText("command line", text.ToString()), "", written, problems, cancellationToken);
    }

    // As pip has them. Of the main index only what counts most is passed on: two would be told as a mistake.
    private static IEnumerable<string> OfEnvironment(bool hasIndex) =>
        from variable in s_variables
        where !hasIndex || variable.Option != "--index-url"
        from value in (CliContext.Environment(variable.Name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        select $"{variable.Option} {PipFlags.Quoted(value)}";
}
