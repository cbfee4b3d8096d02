using System.Globalization;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tests.Solving;

/// <summary>An index in memory.</summary>
internal sealed class SmallIndex : IPythonPackages
{
    private readonly Dictionary<ProjectName, List<IndexFile>> _files = [];
    private readonly Dictionary<(ProjectName, PythonVersion), CoreMetadata> _metadata = [];
    private readonly Dictionary<string, CoreMetadata> _direct = new(StringComparer.Ordinal);

    /// <summary>The versions whose metadata were asked for.</summary>
    public List<(string Project, string Version)> Asked { get; } = [];

    public bool MetadataIsLocal { get; init; } = true;

    /// <summary>Adds a version with its files.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="requires">Its requirements.</param>
    /// <param name="wheels">The tags of its wheels.</param>
    /// <param name="source">Whether it has a source distribution.</param>
    /// <param name="requiresPython">The Pythons it is for.</param>
    /// <param name="yanked">Why it was taken back.</param>
    /// <param name="uploaded">When it was uploaded.</param>
    /// <param name="extras">Its extras.</param>
    public SmallIndex Add(
        string project, string version, string[]? requires = null, string[]? wheels = null, bool source = false, string? requiresPython = null, string? yanked = null, string? uploaded = null, string[]? extras = null)
    {
        var name = ProjectName.Parse(project);
        var parsed = PythonVersion.Parse(version);
        VersionSpecifiers? python = requiresPython is null ? null : VersionSpecifiers.Parse(requiresPython);
        string stem = $"{name.Value.Replace('-', '_')}-{version}";
        List<IndexFile> files = _files.TryGetValue(name, out List<IndexFile>? known) ? known : _files[name] = [];
        foreach (string file in (wheels ?? ["py3-none-any"]).Select(t => $"{stem}-{t}.whl").Concat(source ? [$"{stem}.tar.gz"] : []))
        {
            files.Add(new IndexFile
            {
                FileName = file,
                Url = "https://files.example/" + file,
                Project = name,
                Version = parsed,
                Wheel = file.EndsWith(".whl", StringComparison.Ordinal) ? WheelFileName.Parse(file) : null,
                RequiresPython = python,
                Yanked = yanked,
                UploadTime = uploaded is null ? null : DateTimeOffset.Parse(uploaded, CultureInfo.InvariantCulture),
                IndexUrl = "https://index.example/simple/",
            });
        }

        _metadata[(name, parsed)] = Metadata(project, version, requires, extras) with { RequiresPython = python };
        return this;
    }

    /// <summary>Adds what lies at an address.</summary>
    public SmallIndex AddAt(string url, string project, string version, params string[] requires)
    {
        _direct.Add(url, Metadata(project, version, requires, null));
        return this;
    }

    /// <summary>Lets the index know a project of which it has no file.</summary>
    public void AddEmpty(string project) => _files.TryAdd(ProjectName.Parse(project), []);

    public ValueTask<ProjectFiles> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) => new(new ProjectFiles
    {
        Project = project,
        Files = _files.GetValueOrDefault(project, []),
        IsKnown = _files.ContainsKey(project),
        Asked = ["index.example"],
        FoundAt = _files.ContainsKey(project) ? "index.example" : null,
    });

    public ValueTask<CoreMetadata> GetMetadataAsync(IndexFile file, CancellationToken cancellationToken)
    {
        Asked.Add((file.Project.Value, file.Version.ToString()));
        return new(_metadata[(file.Project, file.Version)]);
    }

    public ValueTask<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken) => new(_direct[url]);

    public void Expect(IReadOnlyList<ProjectName> projects)
    {
    }

    public void ExpectMetadata(IndexFile file)
    {
    }

    /// <summary>Solves for CPython on Debian 12.</summary>
    public async Task<PythonResult> SolveAsync(Func<PythonRequest, PythonRequest> with, params string[] requirements) => await new PythonSolver(this).SolveAsync(
        with(new PythonRequest { Target = Target("3.11.2"), Requirements = [.. requirements.Select(Requirement.Parse)] }), TestContext.Current.CancellationToken);

    public Task<PythonResult> SolveAsync(params string[] requirements) => SolveAsync(r => r, requirements);

    public static PythonTarget Target(string python) => new(PythonVersion.Parse(python), LibC.Parse("glibc 2.36"), "x86_64");

    /// <summary>The distributions as <c>name version</c>, or the explanation.</summary>
    public static string Text(PythonResult result) => result.Solution is { } solution
        ? string.Join(", ", solution.Distributions.Select(d => $"{d.Name} {d.Version}"))
        : result.Explanation!.ToString();

    private static CoreMetadata Metadata(string project, string version, string[]? requires, string[]? extras) => new()
    {
        MetadataVersion = "2.4",
        Name = project,
        Project = ProjectName.Parse(project),
        Version = PythonVersion.Parse(version),
        RequiresDist = [.. (requires ?? []).Select(Requirement.Parse)],
        ProvidesExtra = [.. (extras ?? []).Select(ExtraName.Parse)],
    };
}
