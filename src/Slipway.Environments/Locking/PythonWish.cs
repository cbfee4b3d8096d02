using System.Collections.Immutable;
using System.Text;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Locking;

/// <summary>What a recipe wants of Python packages.</summary>
public sealed record PythonWish
{
    /// <summary>Requirements, constraints, and where to look.</summary>
    public RequirementsFile File { get; init; } = new() { Requirements = [], Options = new RequirementsOptions() };

    /// <summary>Requirements that stand in for all others on their projects.</summary>
    public ImmutableArray<Requirement> Overrides { get; init; } = [];

    /// <summary>The Pythons that will do; null: any.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>A lock that says the exact packages; null when they are to be found.</summary>
    public PythonLock? Lock { get; init; }

    /// <summary>As <see cref="Lock"/>, of another tool.</summary>
    public LockInput? Foreign { get; init; }

    /// <summary>Projects of the repository that are built and installed.</summary>
    public ImmutableArray<WishedProject> Projects { get; init; } = [];

    /// <summary>What the files say, for <see cref="Describe"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether anything is wanted.</summary>
    public bool IsEmpty => File.Requirements.All(r => r.IsConstraint) && Lock is null && Foreign is null && Projects.IsEmpty;

    // The projects of a lock.
    private IEnumerable<string> Names => (Lock?.Packages ?? []).Select(p => p.Name.Value).Concat((Foreign?.Names ?? []).Select(n => n.Value));

    /// <summary>Reads it from a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="conda">What it wants of conda, with the <c>pip:</c> part.</param>
    /// <param name="files">The repository.</param>
    /// <param name="environment">Variables that files may name.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<PythonWish> ReadAsync(
        EnvironmentRecipe recipe, CondaWish conda, IProjectFiles files, Func<string, string?> environment, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        var reader = new RequirementsFileReader(files, environment);
        PythonWish wish = new();
        if (!conda.Pip.IsEmpty)
        {
            wish = wish with { File = await reader.ReadLinesAsync(recipe.Conda!, recipe.Folder, [.. conda.Pip.Select(line => new WrittenText(line.Text, line.Span))], problems, cancellationToken) };
        }
        else if (conda.PipExact.Count > 0)
        {
            wish = new PythonWish { Lock = LockedPipPackages.ToLock(conda.PipExact), Text = string.Join('\n', conda.PipExact.Select(p => $"{p.Url}#{p.Sha256}")) };
        }
        else if (recipe.Python is { } source)
        {
            wish = await ReadAsync(source, recipe.Folder, reader, files, problems, cancellationToken);
        }

        if (recipe is { Settings.Jupyter: true, Conda: null, Python: { } python } && (wish.Lock is not null || wish.Foreign is not null))
        {
            if (!wish.Names.Contains(CondaWish.Lab))
            {
                problems.Add(new Diagnostic(
                    Severity.Error, "jupyter-not-locked", $"JupyterLab is wanted, and {Path.GetFileName(python.Path)}, which says the exact packages, has it not", python.File, default, "add jupyterlab to what that file is made from, and make it again"));
            }
        }
        else if (recipe is { Settings.Jupyter: true, Conda: null, Python: not null })
        {
            WrittenRequirement lab = (await reader.ReadLinesAsync(new SourceText("slipway.yml", "jupyterlab"), "", [new WrittenText("jupyterlab", new TextSpan(0, 10))], problems, cancellationToken)).Requirements[0];
            wish = wish with { File = wish.File with { Requirements = [.. wish.File.Requirements, lab] } };
        }

        if (!recipe.Settings.Indexes.IsEmpty && wish.File.Options is { IndexUrl: null, NoIndex: false } options)
        {
            WrittenText[] indexes = [.. recipe.Settings.Indexes.Select(address => new WrittenText(address, default))];
            wish = wish with { File = wish.File with { Options = options with { IndexUrl = indexes[^1], ExtraIndexUrls = [.. options.ExtraIndexUrls, .. indexes[..^1]] } } };
        }

        wish = WithFolders(wish, files, problems);
        HashMode.Check(wish.File, problems);
        ConstraintRules.Check(wish.File, problems);
        return wish;
    }

    /// <summary>Adds what decides which packages are chosen.</summary>
    public void Describe(KeyBuilder key)
    {
        key.AddRange("requirement", File.Requirements.Select(r => $"{r.IsConstraint} {r} {string.Join(' ', r.Hashes)}")).AddRange("override", Overrides.Select(r => r.ToString()));
        RequirementsOptions options = File.Options;
        key.Add("index", options.IndexUrl is { } index ? UrlCredentials.Mask(index.Text) : null).AddRange("extra index", options.ExtraIndexUrls.Select(u => UrlCredentials.Mask(u.Text)));
        key.AddRange("find links", options.FindLinks.Select(u => UrlCredentials.Mask(u.Text))).Add("no index", options.NoIndex.ToString()).Add("requires python", RequiresPython?.ToString());
        foreach (WishedProject project in Projects)
        {
            project.Describe(key);
        }

        key.Add("choices", $"{options.Binaries} {options.Prereleases} {options.PreferBinary}").Add("lock", Lock is null && Foreign is null ? null : Digest.Of(Encoding.UTF8.GetBytes(Text)).ToString());
    }

    private static async Task<PythonWish> ReadAsync(
        PythonSource source, string folder, RequirementsFileReader reader, IProjectFiles files, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        switch (source.Kind)
        {
            case PythonSourceKind.Requirements:
                return new PythonWish { File = await reader.ReadAsync(source.Path, asConstraints: false, problems, cancellationToken) };
            case PythonSourceKind.PyLock:
                return new PythonWish { Lock = PylockReader.Read(source.File, problems), Text = source.File.Text };
            case PythonSourceKind.UvLock:
                return new PythonWish { Foreign = ForeignOf(source, UvLockReader.Read(source.File, problems)), Text = source.File.Text };
            case PythonSourceKind.PoetryLock:
                return new PythonWish { Foreign = ForeignOf(source, PoetryLockReader.Read(source.File, problems)), Text = source.File.Text };
            case PythonSourceKind.PipfileLock:
                ForeignLock? pipenv = PipfileLockReader.Read(source.File, problems);
                return new PythonWish { Foreign = ForeignOf(source, pipenv), File = Of([], pipenv?.Indexes ?? []), Text = source.File.Text };
            case PythonSourceKind.Pipfile:
                Pipfile? pipfile = PipfileReader.Read(source.File, folder, problems);
                return pipfile is null ? new PythonWish() : new PythonWish
                {
                    File = Of([.. pipfile.Categories.Where(c => c.Key is "packages" or "dev-packages").SelectMany(c => c.Value)], pipfile.Indexes),
                    RequiresPython = pipfile.RequiresPython,
                };
            default:
                List<Diagnostic> found = [];
                PyprojectFile? project = PyprojectReader.Read(files, folder, found);
                foreach (Diagnostic problem in found)
                {
                    problems.Add(problem);
                }

                // A table [project] alone, as uv writes it, says what is needed; it is no project to install (repo2docker asks for both tables, too).
                bool isBuilt = project is not { Build.IsWritten: false } || files.IsFile(folder.Length > 0 ? $"{folder}/setup.py" : "setup.py");
                if (!isBuilt && project is { HasStaticDependencies: false })
                {
                    problems.Add(new Diagnostic(
                        Severity.Error, "dynamic-dependencies", $"{source.Path} leaves its dependencies to a build, and does not say how it is built", Help: "add a table [build-system], or write dependencies = [...] instead of dynamic"));
                }

                return project is null ? new PythonWish { Projects = [WishedProject.Of(files, folder, null, problems)] } : new PythonWish
                {
                    File = Of([.. project.HasStaticDependencies ? project.Needed([], problems) : [], .. project.Uv.Constraints.Select(c => c with { IsConstraint = true })], project.Uv.Indexes),
                    Overrides = [.. project.Uv.Overrides.Select(r => r.ToRequirement()).OfType<Requirement>()],
                    RequiresPython = project.RequiresPython,
                    Projects = isBuilt ? [WishedProject.Of(files, folder, null, [])] : [],
                };
        }
    }

    private static LockInput? ForeignOf(PythonSource source, ForeignLock? read) => read is null ? null : new LockInput(source.Path, ProjectChoice.None, read);

    // Folders of the repository that requirements name are its projects, wherever they are asked for.
    private static PythonWish WithFolders(PythonWish wish, IProjectFiles files, ICollection<Diagnostic> problems)
    {
        WrittenRequirement[] folders = [.. wish.File.Requirements.Where(r => !r.IsConstraint && r.Path is { } path && !path.StartsWith('/') && !path.StartsWith("..", StringComparison.Ordinal) && files.IsFolder(path))];
        if (folders.Length == 0)
        {
            return wish;
        }

        List<WrittenRequirement> requirements = [.. wish.File.Requirements.Where(r => !folders.Contains(r))];
        List<WishedProject> projects = [.. wish.Projects];
        foreach (WrittenRequirement written in folders)
        {
            var project = WishedProject.Of(files, written.Path!, written, problems);
            projects.RemoveAll(p => p.Folder == project.Folder);
            projects.Add(project);
            if (!project.IsDynamic)
            {
                PyprojectFile read = PyprojectReader.Read(files, project.Folder, [])!;
                requirements.AddRange(read.Needed(written.Extras, problems).Select(r => r with { Marker = r.Marker is { } own && written.Marker is { } both ? own.And(both) : r.Marker ?? written.Marker }));
            }
        }

        return wish with { File = wish.File with { Requirements = requirements }, Projects = [.. projects] };
    }

    private static RequirementsFile Of(IReadOnlyList<WrittenRequirement> requirements, IReadOnlyList<NamedIndex> indexes)
    {
        NamedIndex[] usual = [.. indexes.Where(i => !i.IsExplicit)];
        NamedIndex? main = usual.FirstOrDefault(i => i.IsDefault);
        return new RequirementsFile
        {
            Requirements = requirements,
            Options = new RequirementsOptions { IndexUrl = main?.Url, ExtraIndexUrls = [.. usual.Where(i => i != main).Select(i => i.Url)] },
        };
    }
}
