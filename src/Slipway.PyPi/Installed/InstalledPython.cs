using System.Text;
using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Installed;

/// <summary>The Python distributions of an environment on this machine. Nothing of it is run.</summary>
public sealed class InstalledPython
{
    private const string DistInfo = ".dist-info", EggInfo = ".egg-info";

    private InstalledPython(string prefix, IReadOnlyList<InstalledDistribution> distributions) => (Prefix, Distributions) = (prefix, distributions);

    /// <summary>The environment's folder.</summary>
    public string Prefix { get; }

    /// <summary>By name; each project once, what is found first.</summary>
    public IReadOnlyList<InstalledDistribution> Distributions { get; }

    /// <summary>Reads an environment.</summary>
    /// <param name="scheme">Where things are in it.</param>
    /// <param name="elsewhere">Folders of modules that its Python sees besides, absolute.</param>
    public static InstalledPython Read(InstallScheme scheme, IEnumerable<string> elsewhere)
    {
        string[] own = [.. ((string[])[scheme.Purelib, scheme.Platlib]).Distinct().Select(f => Path.Combine(scheme.Prefix, f))];
        return new InstalledPython(
            scheme.Prefix,
            [.. own.SelectMany(f => InFolder(f, scheme.Prefix, isElsewhere: false)).Concat(elsewhere.SelectMany(f => InFolder(f, scheme.Prefix, isElsewhere: true))).DistinctBy(d => d.Name).OrderBy(d => d.Name)]);
    }

    /// <summary>The files among some that an installer put there, as their RECORD says.</summary>
    /// <param name="prefix">The environment's folder.</param>
    /// <param name="paths">Paths relative to it.</param>
    /// <param name="installer">The installer's name.</param>
    public static IReadOnlySet<string> FilesOf(string prefix, IReadOnlyCollection<string> paths, string installer)
    {
        HashSet<string> found = [];
        foreach (string path in paths.Where(p => p.EndsWith(DistInfo + "/INSTALLER", StringComparison.Ordinal) && File.ReadAllText(Path.Combine(prefix, p)).Trim() == installer))
        {
            string info = Path.GetDirectoryName(Path.Combine(prefix, path))!;
            found.UnionWith(FilesOf(Path.Combine(info, "RECORD"), Path.GetDirectoryName(info)!, prefix).Files?.Keys ?? []);
        }

        found.IntersectWith(paths);
        return found;
    }

    /// <summary>The project's distribution; null: it is not there.</summary>
    public InstalledDistribution? Find(ProjectName name) => Distributions.FirstOrDefault(d => d.Name == name);

    /// <summary>The paths that go with a distribution: its files, and what Python compiled of them for itself.</summary>
    /// <exception cref="DiagnosticException">It cannot be told which files are its own, or one of them is outside of the environment.</exception>
    public IReadOnlyList<string> PathsOf(InstalledDistribution distribution)
    {
        if (distribution.Files is not { } files)
        {
            throw new DiagnosticException(
                "no-record", $"{distribution} in {Prefix} cannot be replaced: it does not say which files are its own ({distribution.Info}).", "Remove it with the tool that installed it, or make the environment anew.");
        }

        if (distribution.Outside is { } outside)
        {
            throw new DiagnosticException("outside-prefix", $"{distribution} in {Prefix} cannot be replaced: its RECORD names '{outside}', which is outside of the environment.", "Remove it by hand if you trust it, or make the environment anew.");
        }

        List<string> paths = [.. files.Keys];
        foreach (string module in files.Keys.Where(f => f.EndsWith(".py", StringComparison.Ordinal)))
        {
            string folder = Path.Combine(Prefix, Path.GetDirectoryName(module)!, "__pycache__");
            if (Directory.Exists(folder))
            {
                paths.AddRange(Directory.EnumerateFiles(folder, $"{Path.GetFileNameWithoutExtension(module)}.*.pyc").Select(f => Path.GetRelativePath(Prefix, f)));
            }
        }

        return [.. paths.Distinct()];
    }

    /// <summary>What would be broken by a change: requirements of distributions that stay on those that change.</summary>
    /// <param name="target">The environment's Python.</param>
    /// <param name="changed">The projects that change, with their new versions.</param>
    public IEnumerable<Diagnostic> BrokenBy(PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> changed) =>
        from distribution in Distributions
        where distribution.Metadata is not null && !changed.ContainsKey(distribution.Name)
        from requirement in distribution.Metadata!.RequiresDist
        where changed.TryGetValue(requirement.Name, out PythonVersion? version) && !requirement.Specifiers.Contains(version, true)
            && requirement.Marker?.Evaluate(target.Environment, MarkerContext.Metadata) != false
        select new Diagnostic(
            Severity.Warning, "broken-requirement", $"{distribution}, which is there, needs {requirement}, and {requirement.Name} will be {changed[requirement.Name]}.", Help: $"name {distribution.Name} as well, so that a version is found that goes with it");

    private static IEnumerable<InstalledDistribution> InFolder(string folder, string prefix, bool isElsewhere) => !Directory.Exists(folder) ? []
        : Directory.EnumerateFileSystemEntries(folder).Where(p => p.EndsWith(DistInfo, StringComparison.Ordinal) || p.EndsWith(EggInfo, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(p => Read(p, folder, prefix)).OfType<InstalledDistribution>().Select(d => d with { IsElsewhere = isElsewhere });

    // What a name that cannot be read belongs to nobody knows, pip neither.
    private static InstalledDistribution? Read(string info, string folder, string prefix)
    {
        bool isDistInfo = info.EndsWith(DistInfo, StringComparison.Ordinal);
        string head = isDistInfo ? Path.Combine(info, "METADATA") : Directory.Exists(info) ? Path.Combine(info, "PKG-INFO") : info;
        CoreMetadata? metadata = null;
        try
        {
            metadata = File.Exists(head) ? CoreMetadata.Read(File.ReadAllBytes(head)) : null;
        }
        catch (FormatException)
        {
            // the folder's name says enough to know that it is there
        }

        string[] parts = Path.GetFileName(info)[..^DistInfo.Length].Split('-');
        ProjectName? name = metadata?.Project ?? (ProjectName.TryParse(parts[0], out ProjectName written) ? written : null);
        PythonVersion? version = metadata?.Version ?? (parts.Length > 1 && PythonVersion.TryParse(parts[1], out PythonVersion? number) ? number : null);
        if (name is null || version is null)
        {
            return null;
        }

        (IReadOnlyDictionary<string, RecordLine>? files, string? outside) = isDistInfo ? FilesOf(Path.Combine(info, "RECORD"), folder, prefix) : (null, null);
        return new InstalledDistribution
        {
            Name = name.Value,
            Version = version,
            Info = info,
            Installer = isDistInfo && File.Exists(Path.Combine(info, "INSTALLER")) ? File.ReadAllText(Path.Combine(info, "INSTALLER")).Trim() : "",
            IsRequested = isDistInfo && File.Exists(Path.Combine(info, "REQUESTED")),
            IsDirect = isDistInfo && File.Exists(Path.Combine(info, "direct_url.json")),
            Metadata = metadata,
            Files = files,
            Outside = outside,
        };
    }

    // RECORD is hostile: a path that leads out of the prefix is never followed.
    private static (IReadOnlyDictionary<string, RecordLine>? Files, string? Outside) FilesOf(string record, string folder, string prefix)
    {
        if (!File.Exists(record))
        {
            return (null, null);
        }

        Dictionary<string, RecordLine> files = new(StringComparer.Ordinal);
        string? outside = null;
        IReadOnlyList<RecordLine> lines;
        try
        {
            lines = RecordFile.Parse(File.ReadAllText(record, Encoding.UTF8));
        }
        catch (FormatException)
        {
            return (null, null);
        }

        foreach (RecordLine line in lines)
        {
            string path = Path.GetFullPath(line.Path, folder);
            if (path.StartsWith(prefix + "/", StringComparison.Ordinal))
            {
                files[path[(prefix.Length + 1)..]] = line;
            }
            else
            {
                outside ??= line.Path;
            }
        }

        return (files, outside);
    }
}
