using System.Globalization;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Toml;

namespace Slipway.PyPi.Locks;

/// <summary>Reads <c>uv.lock</c>, version 1 with any revision.</summary>
public static class UvLockReader
{
    private const string Again = "make it again with \"uv lock\"";

    /// <summary>Reads a lock; null when it has errors.</summary>
    public static ForeignLock? Read(SourceText source, ICollection<Diagnostic> problems)
    {
        List<Diagnostic> found = [];
        TomlFields? top = TomlDocument.Open(source, found);
        if (top is not null && top.Integer("version") is not { Value: 1 })
        {
            top.Report("lock-version", "this version of uv.lock is not known; 1 is", top.Table["version"]?.Span ?? default, Again);
        }

        ForeignLock? read = top is null || found.Count > 0 ? null : new ForeignLock
        {
            Source = UrlCredentials.Mask(source),
            RequiresPython = VersionSpecifiers.TryParse(top.Text("requires-python")?.Value, out VersionSpecifiers? python) ? python : null,
            Packages = Roots([.. (top.Tables("package") ?? []).Select(Package).OfType<ForeignPackage>()]),
        };
        foreach (Diagnostic problem in found)
        {
            problems.Add(problem with { Message = UrlCredentials.Mask(problem.Message) });
        }

        return found.Count > 0 ? null : read;
    }

    // The project is what lies where the lock does; in a workspace whose own folder is no project, all members are.
    private static IReadOnlyList<ForeignPackage> Roots(IReadOnlyList<ForeignPackage> packages)
    {
        bool hasOwn = packages.Any(p => p.Distribution.Directory?.Path == ".");
        return [.. packages.Select(p => p with { IsRoot = hasOwn ? p.Distribution.Directory?.Path == "." : p.Distribution.Directory is not null })];
    }

    private static ForeignPackage? Package(TomlFields fields)
    {
        if (fields.RequiredText("name") is not { } written || !ProjectName.TryParse(written.Value, out ProjectName name))
        {
            return null;
        }

        TomlFields? source = fields.Fields("source");
        string? registry = source?.Text("registry")?.Value, editable = source?.Text("editable")?.Value, isVirtual = source?.Text("virtual")?.Value;
        string? folder = editable ?? isVirtual ?? source?.Text("directory")?.Value, git = source?.Text("git")?.Value, url = source?.Text("url")?.Value, path = source?.Text("path")?.Value;
        LockedFile? sdist = fields.Fields("sdist") is { } s ? Beside(registry, File(s)) : null;
        LockedFile[] wheels = [.. (fields.Tables("wheels") ?? []).Select(w => Beside(registry, File(w)))];
        var distribution = new LockedDistribution
        {
            Name = name,
            Version = PythonVersion.TryParse(fields.Text("version")?.Value, out PythonVersion? version) ? version : null,
            Marker = Where(fields),
            Index = registry,
            Directory = folder is null ? null : new LockedDirectory { Path = folder, IsEditable = editable is not null },
            Vcs = git is null ? null : Repository(git),
            Archive = url is null && path is null ? null : (wheels.FirstOrDefault() ?? sdist ?? new LockedFile()) with { Url = url, Path = path },
            Sdist = registry is null ? null : sdist,
            Wheels = registry is null ? [] : wheels,
            Dependencies = Dependencies(fields.Tables("dependencies")),
        };
        return new ForeignPackage
        {
            Distribution = distribution,
            IsVirtual = isVirtual is not null,
            OptionalDependencies = Several(fields.Fields("optional-dependencies")),
            GroupDependencies = Several(fields.Fields("dev-dependencies")),
        };
    }

    // git+address?rev=…#commit, without the git+.
    private static LockedRepository Repository(string git)
    {
        int commit = git.LastIndexOf('#'), query = git.IndexOf('?', StringComparison.Ordinal);
        string address = git[..(query >= 0 ? query : commit >= 0 ? commit : git.Length)];
        Dictionary<string, string> asked = query < 0 ? [] : git[(query + 1)..(commit < 0 ? git.Length : commit)].Split('&').Select(p => p.Split('=', 2)).Where(p => p.Length == 2)
            .DistinctBy(p => p[0]).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]));
        return new LockedRepository
        {
            Type = "git",
            Url = address,
            CommitId = commit < 0 ? "" : git[(commit + 1)..],
            RequestedRevision = asked.GetValueOrDefault("rev") ?? asked.GetValueOrDefault("tag") ?? asked.GetValueOrDefault("branch"),
            Subdirectory = asked.GetValueOrDefault("subdirectory"),
        };
    }

    // Files of a folder that is taken for an index are seen from that folder.
    private static LockedFile Beside(string? registry, LockedFile file) =>
        registry is not null && !registry.Contains("://", StringComparison.Ordinal) && file.Path is { } path ? file with { Path = ProjectPath.Join(registry, path) } : file;

    private static LockedFile File(TomlFields fields)
    {
        DateTimeOffset? uploaded = fields.Table["upload-time"] switch
        {
            TomlOffsetDateTime time => time.Instant,
            TomlString text when DateTimeOffset.TryParse(text.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) => time,
            _ => null,
        };
        return new LockedFile
        {
            WrittenName = fields.Text("filename")?.Value,
            Url = fields.Text("url")?.Value,
            Path = fields.Text("path")?.Value,
            Size = fields.Integer("size")?.Value,
            UploadTime = uploaded,
            Hashes = FileHash.TryParse(fields.Text("hash")?.Value ?? "", out FileHash? hash) ? [hash] : [],
        };
    }

    // The conditions of the forks of the resolution it belongs to; one of them holds.
    private static Marker? Where(TomlFields fields)
    {
        Marker[] forks = [.. (fields.Texts("resolution-markers") ?? []).Select(t => MarkerOf(fields, t)).OfType<Marker>()];
        return forks.Length == 0 ? null : forks.Aggregate((a, b) => a.Or(b));
    }

    private static Dictionary<string, IReadOnlyList<LockedDependency>> Several(TomlFields? table) => table is null ? []
        : table.Table.Entries.DistinctBy(e => NormalName.Fold(e.Key.Text)).ToDictionary(e => NormalName.Fold(e.Key.Text), e => Dependencies(table.Tables(e.Key.Text)));

    private static IReadOnlyList<LockedDependency> Dependencies(IReadOnlyList<TomlFields>? tables) => [.. (tables ?? []).Select(Dependency).OfType<LockedDependency>()];

    private static LockedDependency? Dependency(TomlFields fields) => fields.RequiredText("name") is { } name && ProjectName.TryParse(name.Value, out ProjectName project)
        ? new LockedDependency(
            project,
            PythonVersion.TryParse(fields.Text("version")?.Value, out PythonVersion? version) ? version : null,
            fields.Text("marker") is { } condition ? MarkerOf(fields, condition) : null,
            [.. (fields.Texts("extra") ?? []).Select(e => ExtraName.TryParse(e.Value, out ExtraName extra) ? extra : (ExtraName?)null).OfType<ExtraName>()])
        : null;

    private static Marker? MarkerOf(TomlFields fields, TomlString text)
    {
        if (!Marker.TryParse(text.Value, out Marker? marker, out RequirementSyntaxException? problem))
        {
            fields.Report("bad-marker", $"the condition \"{text.Value}\" cannot be read: {problem.Message}", text.Span, Again);
        }

        return marker;
    }
}
