using System.Collections.Immutable;
using System.Text;
using Slipway.Build.Contexts;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;

namespace Slipway.Environments.Locking;

/// <summary>What a recipe wants of Python packages.</summary>
public sealed record PythonWish
{
    /// <summary>What the files ask for, or a lock that says the exact packages.</summary>
    public PythonInput Input { get; init; } = new();

    /// <summary>The folder that a lock's paths are seen from, relative to the repository; empty for the repository itself.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Projects of the repository that are built and installed; of a lock all that it may have.</summary>
    public ImmutableArray<WishedProject> Projects { get; init; } = [];

    /// <summary>Wheels and source distributions of the repository that requirements name.</summary>
    public ImmutableArray<WishedFile> Files { get; init; } = [];

    /// <summary>What a lock says, for <see cref="Describe"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether nothing is wanted.</summary>
    public bool IsEmpty => Input.IsEmpty && Projects.IsEmpty;

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
        var reader = new PythonInputReader(files, environment) { MayBuild = true };
        PythonWish wish = new();
        if (!conda.Pip.IsEmpty)
        {
            wish = new PythonWish { Input = await reader.ReadLinesAsync(recipe.Conda!, recipe.Folder, conda.Pip, problems, cancellationToken) };
        }
        else if (conda.PipExact.Count > 0)
        {
            wish = new PythonWish
            {
                Input = new PythonInput { Lock = new LockInput(recipe.Conda!.Path, ProjectChoice.None, LockedPipPackages.ToLock(conda.PipExact)) },
                Text = string.Join('\n', conda.PipExact.Select(p => $"{p.Url}#{p.Sha256}")),
            };
        }
        else if (recipe.Python is { } source)
        {
            wish = await ReadAsync(source, reader, files, problems, cancellationToken);
        }

        wish = wish with { Input = await WithSettingsAsync(recipe, wish.Input, reader, problems, cancellationToken) };
        HashMode.Check(wish.Input.File, problems);
        if (recipe.Project is { } project && wish.Input.File.Requirements.All(r => r.Path != ""))
        {
            // What it needs has no hashes of its own; that the requirements have them is checked when packages are found.
            PythonWish own = await ReadProjectAsync(project, PathResolver.Parent(project.Path), reader, files, problems, cancellationToken);
            wish = wish with { Input = wish.Input.And(own.Input), Projects = [.. wish.Projects, .. own.Projects] };
        }

        wish = wish.Input.Lock is null ? await WithFilesAsync(WithFolders(wish, files, problems), files, problems, cancellationToken) : WithLocked(wish, files, problems);
        ConstraintRules.Check(wish.Input.File, problems);
        return wish;
    }

    /// <summary>Adds what decides which packages are chosen.</summary>
    public void Describe(KeyBuilder key)
    {
        RequirementsFile file = Input.File;
        key.AddRange("requirement", file.Requirements.Select(r => $"{r.IsConstraint} {r} {string.Join(' ', r.Hashes)}{SourceOf(r)}")).AddRange("override", Input.Overrides.Select(r => r.ToString()));
        RequirementsOptions options = file.Options;
        key.Add("index", options.IndexUrl is { } index ? UrlCredentials.Mask(index.Text) : null).AddRange("extra index", options.ExtraIndexUrls.Select(u => UrlCredentials.Mask(u.Text)));
        key.AddRange("find links", options.FindLinks.Select(u => UrlCredentials.Mask(u.Text))).Add("no index", options.NoIndex.ToString()).Add("requires python", Input.RequiresPython?.ToString());
        foreach (ProjectName exclude in Input.Excludes)
        {
            key.Add("exclude", exclude.Value);
        }

        foreach (NamedIndex named in Input.Lock is null ? Input.Indexes : [])
        {
            key.Add("named index", $"{named.Name} {UrlCredentials.Mask(named.Url.Text)} {named.IsDefault} {named.IsExplicit}");
        }

        foreach (WishedFile local in Files)
        {
            key.Add("file", $"{local.Path} {local.Digest}");
        }

        foreach (WishedProject project in Projects)
        {
            project.Describe(key);
        }

        key.Add("choices", $"{options.Binaries} {options.Prereleases} {options.PreferBinary}").Add("lock", Input.Lock is null ? null : Digest.Of(Encoding.UTF8.GetBytes(Text)).ToString());
    }

    // What another place than the requirement itself says of where it comes from ([tool.uv.sources]).
    private static string SourceOf(WrittenRequirement written) => written switch
    {
        { Index: { } index } => $" from {index}",
        { Url: { } url } when !written.Text.Contains(url, StringComparison.Ordinal) => $" at {UrlCredentials.Mask(url)}",
        _ => "",
    };

    private static async Task<PythonWish> ReadAsync(PythonSource source, PythonInputReader reader, IProjectFiles files, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        string folder = PathResolver.Parent(source.Path);
        switch (source.Kind)
        {
            case PythonFileKind.Requirements:
                return new PythonWish { Input = await reader.ReadAsync(source.Path, ProjectChoice.None, problems, cancellationToken) };
            case PythonFileKind.PyProject or PythonFileKind.SetupPy:
                return await ReadProjectAsync(source, folder, reader, files, problems, cancellationToken);
            default:
                // As repo2docker does with pipenv, the development packages of a Pipfile come along; as uv does, the project whose lock it is.
                ProjectChoice choice = ProjectChoice.None with { WithDevelopment = source.Kind is PythonFileKind.Pipfile or PythonFileKind.PipfileLock, WithProject = true };
                PythonInput input = await reader.ReadAsync(source.Kind, source.File, folder, choice, problems, cancellationToken);
                return new PythonWish { Input = input, Folder = folder, Text = input.Lock is null ? "" : source.File.Text };
        }
    }

    private static async Task<PythonWish> ReadProjectAsync(
        PythonSource source, string folder, PythonInputReader reader, IProjectFiles files, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        string path = PathResolver.Join(folder, PyprojectReader.FileName);
        PythonInput input = source.Kind == PythonFileKind.PyProject ? await reader.ReadAsync(source.Kind, source.File, folder, ProjectChoice.None, problems, cancellationToken)
            : files.IsFile(path) ? await reader.ReadAsync(path, ProjectChoice.None, problems, cancellationToken)
            : new PythonInput();
        PyprojectFile? project = PyprojectReader.Read(files, folder, []);

        // A table [project] alone, as uv writes it, says what is needed; it is no project to install (repo2docker asks for both tables, too).
        bool isBuilt = project is not { Build.IsWritten: false } || files.IsFile(PathResolver.Join(folder, "setup.py"));
        if (!isBuilt && project is { HasStaticDependencies: false })
        {
            problems.Add(new Diagnostic(
                Severity.Error, "dynamic-dependencies", $"{source.Path} leaves its dependencies to a build, and does not say how it is built", Help: "add a table [build-system], or write dependencies = [...] instead of dynamic"));
        }

        return new PythonWish { Input = input, Projects = isBuilt ? [WishedProject.Of(files, folder, null, project is null ? problems : [])] : [] };
    }

    // What slipway.yml says besides.
    private static async Task<PythonInput> WithSettingsAsync(EnvironmentRecipe recipe, PythonInput input, PythonInputReader reader, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        if (recipe is { Settings.Jupyter: true, Conda: null, Python: { } python })
        {
            if (input.Lock is not { } locked)
            {
                input = input.And(await reader.ReadLinesAsync(new SourceText("slipway.yml", CondaWish.Lab), "", [new WrittenText(CondaWish.Lab, new TextSpan(0, CondaWish.Lab.Length))], problems, cancellationToken));
            }
            else if (locked.Names.All(n => n.Value != CondaWish.Lab))
            {
                problems.Add(new Diagnostic(
                    Severity.Error, "jupyter-not-locked", $"JupyterLab is wanted, and {Path.GetFileName(python.Path)}, which says the exact packages, has it not", python.File, default, "add jupyterlab to what that file is made from, and make it again"));
            }
        }

        if (recipe.Settings.Indexes.IsEmpty || input.File.Options is not { IndexUrl: null, NoIndex: false } options || input.Indexes.Any(i => i.IsDefault))
        {
            return input;
        }

        WrittenText[] indexes = [.. recipe.Settings.Indexes.Select(address => new WrittenText(address, default))];
        return input with { File = input.File with { Options = options with { IndexUrl = indexes[^1], ExtraIndexUrls = [.. options.ExtraIndexUrls, .. indexes[..^1]] } } };
    }

    // Which of them a platform takes is asked when it is locked; how they are built counts before.
    private static PythonWish WithLocked(PythonWish wish, IProjectFiles files, ICollection<Diagnostic> problems)
    {
        string[] folders = [.. wish.Input.Lock!.Folders.Select(wish.FolderOf).Distinct(StringComparer.Ordinal)];
        if (folders.FirstOrDefault(Leaves) is { } outside)
        {
            problems.Add(new Diagnostic(Severity.Error, "outside-project", $"{wish.Input.Lock.Path} names the folder {outside}, which is outside of the repository, and that is all that may be read", Help: "build the folder that holds both"));
            return wish;
        }

        return wish with { Projects = [.. folders.Select(folder => WishedProject.Of(files, folder, null, problems))] };
    }

    /// <summary>The folder of the repository that a lock names.</summary>
    internal string FolderOf(LockedDirectory directory) => PathIn(directory.Subdirectory is { } below ? $"{directory.Path}/{below}" : directory.Path);

    /// <summary>A path that a lock names, as one of the repository; it is absolute or begins with <c>..</c> if it leads out.</summary>
    internal string PathIn(string path) => ProjectPath.Join(Folder, path);

    private static bool Leaves(string path) => ProjectPath.LeadsOut(path);

    // Wheels and source distributions of the repository; their content decides what is locked.
    private static async Task<PythonWish> WithFilesAsync(PythonWish wish, IProjectFiles files, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        List<WishedFile> found = [];
        foreach (WrittenRequirement written in wish.Input.File.Requirements.Where(r => !r.IsConstraint && r.Path is not null))
        {
            await using Stream? content = Leaves(written.Path!) ? null : files.Open(written.Path!);
            if (content is null)
            {
                problems.Add(written.Problem("not-in-repository", $"{written} is no file and no folder of the repository, which is all that may be read", "put it into the repository"));
                continue;
            }

            found.Add(new WishedFile(written.Path!, await Digest.OfAsync(content, cancellationToken)));
        }

        return wish with { Files = [.. found] };
    }

    // Folders of the repository that requirements name are its projects, wherever they are asked for.
    private static PythonWish WithFolders(PythonWish wish, IProjectFiles files, ICollection<Diagnostic> problems)
    {
        WrittenRequirement[] folders = [.. wish.Input.File.Requirements.Where(r => !r.IsConstraint && r.Path is { } path && !Leaves(path) && files.IsFolder(path))];
        if (folders.Length == 0)
        {
            return wish;
        }

        List<WrittenRequirement> requirements = [.. wish.Input.File.Requirements.Where(r => !folders.Contains(r))];
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

        return wish with { Input = wish.Input with { File = wish.Input.File with { Requirements = requirements } }, Projects = [.. projects] };
    }
}

/// <summary>A wheel or source distribution of the repository.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Digest">Of its bytes.</param>
public sealed record WishedFile(string Path, Digest Digest);
