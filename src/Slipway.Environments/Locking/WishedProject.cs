using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;

namespace Slipway.Environments.Locking;

/// <summary>A project of the repository that is to be built and installed.</summary>
public sealed record WishedProject
{
    // What says what such a project needs, as far as one can know without running it.
    private static readonly string[] s_telling = ["setup.py", "setup.cfg", PyprojectReader.FileName, "requirements.txt", "requirements.in", "requirements/base.txt"];

    /// <summary>Its folder, relative to the repository; empty for the repository itself.</summary>
    public required string Folder { get; init; }

    /// <summary>Its name; null when only its build knows it.</summary>
    public ProjectName? Name { get; init; }

    /// <summary>Whether only its build knows what it needs; else that is among the wish's requirements.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>The extras that are wanted.</summary>
    public IReadOnlyList<ExtraName> Extras { get; init; } = [];

    /// <summary>Where it is wanted; null: everywhere.</summary>
    public Marker? Marker { get; init; }

    /// <summary>What decides what it needs, for <see cref="Describe"/>: how it is built, and of a dynamic one the files that usually say more.</summary>
    public required IReadOnlyList<string> Telling { get; init; }

    /// <summary>Reads what can be known of a folder without building it.</summary>
    /// <param name="files">The repository.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="written">What asks for it; null: that it is there.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static WishedProject Of(IProjectFiles files, string folder, WrittenRequirement? written, ICollection<Diagnostic> problems)
    {
        PyprojectFile? project = PyprojectReader.Read(files, folder, problems);
        bool isDynamic = project is not { HasStaticDependencies: true, Name: not null };
        if (project is null && !files.IsFile(PathOf(folder, "setup.py")))
        {
            string message = $"the folder {(folder.Length > 0 ? folder : ".")} has neither pyproject.toml nor setup.py, so there is nothing to build";
            problems.Add(written?.Problem("no-project", message, "name the folder of a project") ?? new Diagnostic(Severity.Error, "no-project", message));
        }

        BuildSystem build = project?.Build ?? BuildSystem.Legacy;
        return new WishedProject
        {
            Folder = folder,
            Name = project?.Name,
            IsDynamic = isDynamic,
            Extras = written?.Extras ?? [],
            Marker = written?.Marker,
            Telling =
            [
                build.Backend, .. build.BackendPath, .. build.Requires.Select(r => r.ToString()),
                .. isDynamic ? s_telling.Select(name => files.Read(PathOf(folder, name)) is { } bytes ? $"{name} {Digest.Of(bytes)}" : name) : [],
            ],
        };
    }

    /// <summary>Adds what decides which packages are chosen for it.</summary>
    public void Describe(KeyBuilder key) =>
        key.Add("project", Folder).AddRange("project extra", Extras.Select(e => e.Value)).Add("project marker", Marker?.ToString()).AddRange("project telling", Telling);

    private static string PathOf(string folder, string name) => folder.Length > 0 ? $"{folder}/{name}" : name;
}
