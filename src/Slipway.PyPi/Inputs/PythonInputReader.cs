using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.Toml;

namespace Slipway.PyPi.Inputs;

/// <summary>Reads the lines of the <c>pip:</c> part of an environment.yml; null when there is none, or when the file cannot be read.</summary>
public delegate IReadOnlyList<WrittenText>? PipPartReader(SourceText source, ICollection<Diagnostic> problems);

/// <summary>Reads whatever file says which Python packages are wanted.</summary>
/// <param name="files">The folder that the reading begins in.</param>
/// <param name="environment">Gives the variables that files name.</param>
/// <param name="pipPart">Reads environment files; null: they are not read.</param>
public sealed class PythonInputReader(IProjectFiles files, Func<string, string?> environment, PipPartReader? pipPart = null)
{
    private readonly RequirementsFileReader _lines = new(files, environment);

    /// <summary>Whether a project may leave what it needs to its build, because the caller builds it; else that is an error.</summary>
    public bool MayBuild { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path, seen from the folder.</param>
    /// <param name="choice">What is taken of it.</param>
    /// <param name="problems">Takes errors and warnings.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<PythonInput> ReadAsync(string path, ProjectChoice choice, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        PythonFileKind kind = PythonFileKinds.Of(path);
        if (kind == PythonFileKind.Requirements)
        {
            return new PythonInput { File = await _lines.ReadAsync(path, asConstraints: false, problems, cancellationToken) };
        }

        if (files.Read(path) is not { } content)
        {
            problems.Add(new Diagnostic(Severity.Error, "file-not-found", $"there is no file {path}"));
            return new PythonInput();
        }

        SourceText? source = kind is PythonFileKind.PyProject or PythonFileKind.Pipfile or PythonFileKind.PyLock or PythonFileKind.UvLock or PythonFileKind.PoetryLock
            ? TomlText.Decode(path, content, problems) : TextEncodings.Decode(path, content, problems);
        return source is null ? new PythonInput() : await ReadAsync(kind, source, ProjectPath.FolderOf(path), choice, problems, cancellationToken);
    }

    /// <summary>As the other, of a file whose text is at hand; not for requirements files, which name others.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="source">The file.</param>
    /// <param name="folder">Its folder, seen from where the reading began.</param>
    public async Task<PythonInput> ReadAsync(PythonFileKind kind, SourceText source, string folder, ProjectChoice choice, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        PythonInput input = kind switch
        {
            PythonFileKind.PyProject => PyprojectReader.Read(source, folder, problems) is { } project ? Of(project, choice, problems) : new PythonInput(),
            PythonFileKind.Pipfile => PipfileReader.Read(source, folder, problems) is { } pipfile ? Of(pipfile, source, choice, problems) : new PythonInput(),
            PythonFileKind.SetupPy => OfBuild(source, problems),
            PythonFileKind.SetupCfg => Of(SetupCfgReader.Read(source, problems), source, choice, problems),
            PythonFileKind.Script => Of(ScriptMetadata.Read(source, problems), source, problems),
            PythonFileKind.Environment => await PipPartAsync(source, folder, problems, cancellationToken),
            PythonFileKind.PyLock => Of(PylockReader.Read(source, problems) is { } own ? new LockInput(source.Path, choice, own) : null),
            PythonFileKind.UvLock => Of(source, choice, UvLockReader.Read(source, problems)),
            PythonFileKind.PoetryLock => Of(source, choice, PoetryLockReader.Read(source, problems)),
            PythonFileKind.PipfileLock => Of(source, choice, PipfileLockReader.Read(source, problems)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a requirements file is read by its path"),
        };
        return input.File.Files.Count > 0 ? input : input with { File = input.File with { Files = [source.Path] } };
    }

    /// <summary>Reads lines that stand in another file, as a requirements file has them.</summary>
    /// <param name="source">The file.</param>
    /// <param name="folder">Its folder, seen from where the reading began.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="problems">Takes errors and warnings.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<PythonInput> ReadLinesAsync(SourceText source, string folder, IReadOnlyList<WrittenText> lines, ICollection<Diagnostic> problems, CancellationToken cancellationToken) =>
        new() { File = await _lines.ReadLinesAsync(source, folder, lines, problems, cancellationToken) };

    private PythonInput OfBuild(SourceText source, ICollection<Diagnostic> problems)
    {
        if (!MayBuild)
        {
            problems.Add(Dynamic(source, "leaves what the project needs to its build", "name the project's folder in place of a package, such as ./, or a requirements.txt"));
        }

        return new PythonInput();
    }

    private static PythonInput Of(LockInput? locked) => new() { Lock = locked, Indexes = locked?.Indexes ?? [] };

    private static PythonInput Of(SourceText source, ProjectChoice choice, ForeignLock? foreign) => Of(foreign is null ? null : new LockInput(source.Path, choice, foreign));

    private PythonInput Of(PyprojectFile project, ProjectChoice choice, ICollection<Diagnostic> problems)
    {
        bool isDynamic = project.HasProject && !project.HasStaticDependencies;
        if (isDynamic && !MayBuild)
        {
            problems.Add(Dynamic(project.Source, $"leaves what the project needs to its build ({string.Join(", ", project.Dynamic)})", "write [project] dependencies into the file, or name a requirements.txt"));
        }

        IReadOnlyList<ExtraName> extras = choice.AllExtras ? [.. project.OptionalDependencies.Keys] : choice.Extras;
        return new PythonInput
        {
            File = Requirements([.. isDynamic ? [] : project.Needed(extras, problems), .. choice.Groups.SelectMany(g => project.Group(g, problems)), .. project.Uv.Constraints.Select(c => c with { IsConstraint = true })]),
            Overrides = [.. project.Uv.Overrides.Select(r => r.ToRequirement()).OfType<Requirement>()],
            Excludes = project.Uv.Excludes,
            Indexes = project.Uv.Indexes,
            RequiresPython = project.RequiresPython,
        };
    }

    private static PythonInput Of(Pipfile pipfile, SourceText source, ProjectChoice choice, ICollection<Diagnostic> problems)
    {
        if (choice.Extras.Count > 0)
        {
            choice.ExtrasOf([], source.Path, problems);
        }

        string[] categories = [Pipfile.MainCategory, .. choice.GroupsOf([.. pipfile.Categories.Keys], source.Path, problems)];
        RequirementsFile file = Requirements([.. categories.Distinct().SelectMany(c => pipfile.Categories.GetValueOrDefault(c) ?? [])]);
        return new PythonInput
        {
            File = pipfile.AllowsPrereleases ? file with { Options = new RequirementsOptions { Prereleases = PackageChoice.None.With(":all:", toFirst: true) } } : file,
            Indexes = pipfile.Indexes,
            RequiresPython = pipfile.RequiresPython,
        };
    }

    private static PythonInput Of(SetupCfg file, SourceText source, ProjectChoice choice, ICollection<Diagnostic> problems)
    {
        if (file.Dependencies is null)
        {
            problems.Add(Dynamic(source, "does not say what the project needs (install_requires)", "name the requirements.txt that says it"));
        }

        choice.GroupsOf([], source.Path, problems);
        IReadOnlyList<ExtraName> extras = choice.ExtrasOf([.. file.OptionalDependencies.Keys], source.Path, problems);
        return new PythonInput { File = Requirements([.. file.Dependencies ?? [], .. extras.SelectMany(e => file.OptionalDependencies.GetValueOrDefault(e) ?? [])]), RequiresPython = file.RequiresPython };
    }

    private static PythonInput Of(ScriptMetadata? script, SourceText source, ICollection<Diagnostic> problems)
    {
        if (script is null && problems.All(p => p.Severity != Severity.Error))
        {
            problems.Add(new Diagnostic(Severity.Error, "no-script-block", $"{source.Path} does not say what it needs", Help: "write it into the comment block '# /// script' (PEP 723)"));
        }

        return new PythonInput { File = Requirements(script?.Dependencies ?? []), RequiresPython = script?.RequiresPython };
    }

    private async Task<PythonInput> PipPartAsync(SourceText source, string folder, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        IReadOnlyList<WrittenText> lines = (pipPart ?? throw new InvalidOperationException("nobody reads environment files"))(source, problems) ?? [];
        if (lines.Count == 0 && problems.All(p => p.Severity != Severity.Error))
        {
            problems.Add(new Diagnostic(Severity.Error, "no-pip-part", $"{source.Path} has no pip: part", Help: "its conda packages are installed with \"slipway conda install\""));
        }

        return new PythonInput { File = await _lines.ReadLinesAsync(source, folder, lines, problems, cancellationToken) };
    }

    private static RequirementsFile Requirements(IReadOnlyList<WrittenRequirement> requirements) => new() { Requirements = requirements, Options = new RequirementsOptions() };

    private static Diagnostic Dynamic(SourceText source, string what, string help) => new(Severity.Error, "dynamic-project", $"{source.Path} {what}", Help: help);
}
