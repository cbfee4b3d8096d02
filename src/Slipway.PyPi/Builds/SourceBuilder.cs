using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Entries;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Builds;

/// <summary>
/// Builds wheels of source distributions and projects (PEP 517, 518) with the Python that they are for, in a sandbox without a network, in an environment that holds the wheels that the build asks for and
/// nothing else. What was built once is not built again for the same source, target, settings and build wheels.
/// </summary>
/// <param name="python">The Python.</param>
/// <param name="runner">Runs it.</param>
/// <param name="solve">Picks the wheels that a build needs.</param>
/// <param name="cache">The folder of what was built, made if need be: <c>builds-v1</c> of the store.</param>
/// <param name="temporary">A folder for builds, on the same disk.</param>
public sealed class SourceBuilder(BasePython python, IEnvironmentRunner runner, BuildWheelSolver solve, string cache, string temporary)
{
    private const string RulesVersion = "1";

    // PEP 517: what a project without a build system needs.
    private static readonly Requirement[] s_legacy = [Requirement.Parse("setuptools>=40.8.0"), Requirement.Parse("wheel")];

    private readonly BuildCache _cache = new(cache);

    /// <summary>Where the folders of a build are in the sandbox; null: where they lie, for a runner that is no sandbox.</summary>
    public string? InsideRoot { get; init; } = "/slipway-build";

    /// <summary>Names what builds see besides their own environment, such as an image with its packages; null: this machine's programs, which are not looked at.</summary>
    public string? Surroundings { get; init; }

    /// <summary>The folder of the cache in a store.</summary>
    public static string RootIn(string store) => Path.Combine(store, "builds-v1");

    /// <summary>The wheel of a source, built if it is not there.</summary>
    /// <exception cref="DiagnosticException">It cannot be built, or something else came of it than was announced.</exception>
    public async Task<BuiltWheel> BuildAsync(BuildSource source, CancellationToken cancellationToken)
    {
        Digest sourceKey = KeyOf(source);
        using FileLock held = await FileLock.AcquireAsync(_cache.LockOf(sourceKey), exclusive: true, cancellationToken);
        if (_cache.ReadNotes(sourceKey) is { Requires: { } known } notes)
        {
            IReadOnlyList<BuildWheel> wheels = await SolveAsync(source, [.. notes.StaticRequires, .. known], cancellationToken);
            if (_cache.Find(KeyOf(sourceKey, wheels)) is { } built)
            {
                return built;
            }
        }

        using BuildPlace place = NewPlace();
        Prepared prepared = await PrepareAsync(place, source, sourceKey, cancellationToken);
        return _cache.Find(KeyOf(sourceKey, prepared.Wheels)) ?? await BuildAsync(place, source, sourceKey, prepared, cancellationToken);
    }

    /// <summary>The wheels that a build of the source needs, with all that they need themselves. Its backend is asked if it was not asked before.</summary>
    /// <exception cref="DiagnosticException">The backend cannot be asked, or something cannot be had.</exception>
    public async Task<IReadOnlyList<BuildWheel>> WheelsForAsync(BuildSource source, CancellationToken cancellationToken)
    {
        Digest key = KeyOf(source);
        using FileLock held = await FileLock.AcquireAsync(_cache.LockOf(key), exclusive: true, cancellationToken);
        if (_cache.ReadNotes(key) is { Requires: { } known } notes)
        {
            return await SolveAsync(source, [.. notes.StaticRequires, .. known], cancellationToken);
        }

        using BuildPlace place = NewPlace();
        return (await PrepareAsync(place, source, key, cancellationToken)).Wheels;
    }

    /// <summary>The metadata of a source: from its files where they may be relied upon, else from its backend, else from its wheel.</summary>
    /// <exception cref="DiagnosticException">It cannot be built.</exception>
    public async Task<CoreMetadata> GetMetadataAsync(BuildSource source, CancellationToken cancellationToken)
    {
        Digest key = KeyOf(source);
        using (FileLock held = await FileLock.AcquireAsync(_cache.LockOf(key), exclusive: true, cancellationToken))
        {
            if (_cache.ReadNotes(key) is { Metadata: { } known })
            {
                return CoreMetadata.Read(Encoding.UTF8.GetBytes(known));
            }

            using BuildPlace place = NewPlace();
            string project = await UnpackAsync(place, source, cancellationToken);
            if (StaticMetadata.TryRead(project, source.Project) is { } stated)
            {
                return stated;
            }

            Prepared prepared = await PrepareAsync(place, source, key, project, cancellationToken);
            (HookResult result, string output) = await CallAsync(place, source, key, prepared, BuildHooks.Metadata, writes: true, cancellationToken);
            if (!result.IsMissing)
            {
                string text = ReadBuilt(source, output, result.Name, "METADATA");
                CoreMetadata metadata = Check(source, CoreMetadata.Read(Encoding.UTF8.GetBytes(text)));
                _cache.Keep(key, _cache.ReadNotes(key)! with { Metadata = text });
                return metadata;
            }
        }

        BuiltWheel built = await BuildAsync(source, cancellationToken);
        using WheelArchive wheel = WheelArchive.Open(built.Path, NewPath(), heal: false, cancellationToken);
        byte[] bytes = await wheel.ReadMetadataAsync(cancellationToken);
        return CoreMetadata.Read(bytes);
    }

    private async Task<BuiltWheel> BuildAsync(BuildPlace place, BuildSource source, Digest sourceKey, Prepared prepared, CancellationToken cancellationToken)
    {
        (HookResult result, string output) = await CallAsync(place, source, sourceKey, prepared, BuildHooks.Wheel, writes: true, cancellationToken);
        WheelFileName? name = null;
        if (result.Name is not { } file || file.Contains('/', StringComparison.Ordinal) || !WheelFileName.TryParse(file, out name))
        {
            throw BuildPlace.Failed(source, BuildHooks.Wheel, $"says that it made '{result.Name}', which is no name of a wheel", "");
        }

        string path = Path.Combine(output, file);
        if (!FileStatus.TryOf(path, out FileStatus status) || status.Kind != FileKind.Regular)
        {
            throw BuildPlace.Failed(source, BuildHooks.Wheel, $"says that it made '{file}', which is not there", "");
        }

        if ((source.Project is { } project && project != name.Project) || (source.Version is { } version && version != name.Version))
        {
            throw new DiagnosticException("wrong-build", $"{source.Name} was announced as {source.Project} {source.Version}, and '{file}' came of it.", "Lock anew; if it stays so, tell those who made it.");
        }

        if (python.Target.Tags.RankOf(name) is null)
        {
            throw new DiagnosticException("wrong-build", $"'{file}', which was built of {source.Name}, is not for {python.Target}.", "The build must not be told to build for something else.");
        }

        WheelArchive.Open(path, NewPath(), heal: false, cancellationToken).Dispose();
        Digest key = KeyOf(sourceKey, prepared.Wheels);
        _cache.KeepLog(key, place.Log);
        return _cache.Keep(key, path);
    }

    private async Task<Prepared> PrepareAsync(BuildPlace place, BuildSource source, Digest key, CancellationToken cancellationToken) =>
        await PrepareAsync(place, source, key, await UnpackAsync(place, source, cancellationToken), cancellationToken);

    // An environment with what the project says that it needs, then with what its backend says besides.
    private async Task<Prepared> PrepareAsync(BuildPlace place, BuildSource source, Digest key, string project, CancellationToken cancellationToken)
    {
        var problems = new List<Diagnostic>();
        BuildSystem system = PyprojectReader.Read(new FolderFiles(project, mayLeave: false), "", problems)?.Build ?? BuildSystem.Legacy;
        if (problems.Where(problem => problem.Severity == Severity.Error).ToArray() is { Length: > 0 } errors)
        {
            throw new DiagnosticException(errors);
        }

        if (system.BackendPath.FirstOrDefault(path => path.StartsWith('/') || !LayerPath.IsNormal(path is "." or "./" ? "" : path.TrimEnd('/'))) is { } outside)
        {
            throw BuildPlace.Failed(source, "backend-path", $"names '{outside}', which is not a folder in the project", "");
        }

        string[] stated = [.. (system.IsWritten ? system.Requires.Select(requirement => requirement.ToRequirement()).OfType<Requirement>() : s_legacy).Select(requirement => requirement.ToString())];
        IReadOnlyList<BuildWheel> wheels = await SolveAsync(source, stated, cancellationToken);
        await place.FillAsync(wheels, cancellationToken);
        (HookResult result, _) = await CallAsync(place, source, key, new Prepared(project, system, wheels), BuildHooks.Requires, writes: false, cancellationToken);
        string[] more = [.. result.Requires ?? []];
        _cache.Keep(key, new BuildNotes(stated, more, _cache.ReadNotes(key)?.Metadata));
        if (more.Length > 0)
        {
            wheels = await SolveAsync(source, [.. stated, .. more], cancellationToken);
            await place.FillAsync(wheels, cancellationToken);
        }

        return new Prepared(project, system, wheels);
    }

    private async Task<(HookResult Result, string Output)> CallAsync(BuildPlace place, BuildSource source, Digest key, Prepared prepared, string hook, bool writes, CancellationToken cancellationToken)
    {
        try
        {
            return await place.CallAsync(source, prepared.Project, prepared.System, hook, writes, cancellationToken);
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Code == "build-failed")
        {
            _cache.KeepLog(key, place.Log);
            throw new DiagnosticException(e.Diagnostics[0] with { Help = $"The whole log is in {_cache.LogOf(key)}. {e.Diagnostics[0].Help}" });
        }
    }

    private static async Task<string> UnpackAsync(BuildPlace place, BuildSource source, CancellationToken cancellationToken)
    {
        string folder = await source.Unpack(place.SourceFolder, cancellationToken);
        string project = source.Subdirectory is not { Length: > 0 } below ? folder
            : LayerPath.IsNormal(below) ? Path.Combine(folder, below)
            : throw new DiagnosticException("bad-subdirectory", $"'{below}' is no folder in {source.Name}.", "Name it relative to the root, without '..'.");
        return Directory.Exists(project) && (File.Exists(Path.Combine(project, PyprojectReader.FileName)) || File.Exists(Path.Combine(project, "setup.py")))
            ? project
            : throw new DiagnosticException("no-project", $"{source.Name} has neither pyproject.toml nor setup.py{(source.Subdirectory is null ? "" : $" in '{source.Subdirectory}'")}.", "Is the project in another folder? subdirectory= names one.");
    }

    private async Task<IReadOnlyList<BuildWheel>> SolveAsync(BuildSource source, string[] requires, CancellationToken cancellationToken)
    {
        try
        {
            Requirement[] wanted = [.. requires.Select(Requirement.Parse).Where(requirement => requirement.Marker?.Evaluate(python.Target.Environment, Markers.MarkerContext.Requirement) ?? true)];
            return source.Wheels is { } chosen ? Check(source, wanted, await chosen(wanted, cancellationToken)) : wanted.Length == 0 ? [] : await solve(wanted, cancellationToken);
        }
        catch (FormatException e)
        {
            throw BuildPlace.Failed(source, BuildHooks.Requires, $"asks for something that is no requirement: {e.Message}", "");
        }
    }

    private static IReadOnlyList<BuildWheel> Check(BuildSource source, Requirement[] wanted, IReadOnlyList<BuildWheel> chosen) =>
        wanted.FirstOrDefault(requirement => !chosen.Any(wheel => wheel.Wheel.Name.Project == requirement.Name && requirement.Specifiers.Contains(wheel.Wheel.Name.Version, true))) is not { } missing ? chosen
            : throw new DiagnosticException("lock-outdated", $"The build of {source.Name} needs {missing}, which the lock does not have for it.", "Bring the lock up to date.");

    // What a backend wrote may be a link to anywhere.
    private static string ReadBuilt(BuildSource source, string output, string? folder, string name)
    {
        try
        {
            using var root = DirectoryHandle.Open(output);
            using DirectoryHandle inner = root.OpenDirectory(folder is { Length: > 0 } && !folder.Contains('/', StringComparison.Ordinal) && folder is not ("." or "..") ? folder : throw BuildPlace.Failed(source, BuildHooks.Metadata, $"says that it made '{folder}'", ""));
            using FileDescriptor file = inner.OpenFile(name);
            var bytes = new MemoryStream();
            byte[] buffer = new byte[64 * 1024];
            int read;
            while ((read = file.Read(buffer)) > 0 && bytes.Length < 64 << 20)
            {
                bytes.Write(buffer, 0, read);
            }

            return Encoding.UTF8.GetString(bytes.ToArray());
        }
        catch (LinuxException e)
        {
            throw BuildPlace.Failed(source, BuildHooks.Metadata, $"made no {name}", e.Message);
        }
    }

    private static CoreMetadata Check(BuildSource source, CoreMetadata metadata) =>
        (source.Project is { } project && project != metadata.Project) || (source.Version is { } version && version != metadata.Version)
            ? throw new DiagnosticException("wrong-build", $"{source.Name} was announced as {source.Project} {source.Version}; its metadata say {metadata.Project} {metadata.Version}.", "Lock anew; if it stays so, tell those who made it.")
            : metadata;

    private Digest KeyOf(BuildSource source) => new KeyBuilder().Add("rules", RulesVersion).Add("source", source.Identity.ToString()).Add("subdirectory", source.Subdirectory).Add("python", $"{python.Target} {python.Program}").Add("surroundings", Surroundings)
        .AddRange("settings", source.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal).SelectMany(setting => setting.Value.Select(value => $"{setting.Key}={value}"))).ToDigest();

    private static Digest KeyOf(Digest source, IReadOnlyList<BuildWheel> wheels) =>
        new KeyBuilder().Add("source", source.ToString()).AddRange("wheels", wheels.Select(wheel => $"{wheel.Wheel.FileName} {wheel.Digest}").Order(StringComparer.Ordinal)).ToDigest();

    private BuildPlace NewPlace()
    {
        string folder = NewPath();
        return new BuildPlace(folder, InsideRoot ?? folder, python, runner);
    }

    private string NewPath() => Path.Combine(temporary, $"build-{Guid.NewGuid():N}");

    private sealed record Prepared(string Project, BuildSystem System, IReadOnlyList<BuildWheel> Wheels);
}
