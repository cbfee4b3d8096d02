using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Toml;

namespace Slipway.PyPi.Locks;

/// <summary>Reads <c>poetry.lock</c>, versions 1 and 2. Its files have names and hashes but no addresses; they are looked for on the index.</summary>
public static class PoetryLockReader
{
    private const string Again = "make it again with \"poetry lock\"";

    /// <summary>Reads a lock; null when it has errors.</summary>
    public static ForeignLock? Read(SourceText source, ICollection<Diagnostic> problems)
    {
        List<Diagnostic> found = [];
        TomlFields? top = TomlDocument.Open(source, found), metadata = top?.Fields("metadata");
        TomlString? written = metadata?.Text("lock-version");
        if (written is null)
        {
            top?.Report("lock-version", "a poetry.lock has metadata.lock-version", default, Again);
        }
        else if (written.Value.Split('.')[0] is not ("1" or "2"))
        {
            top!.Report("lock-version", $"version {written.Value} of poetry.lock is not known; 1 and 2 are", written.Span, Again);
        }

        ForeignLock? read = top is null || found.Count > 0 ? null : new ForeignLock
        {
            Source = UrlCredentials.Mask(source),
            Packages = [.. (top.Tables("package") ?? []).Select(p => Package(p, metadata?.Fields("files"))).OfType<ForeignPackage>()],
            Extras = (top.Inner("extras")?.Entries ?? []).Where(e => ExtraName.TryParse(e.Key.Text, out _)).DistinctBy(e => ExtraName.Parse(e.Key.Text)).ToDictionary(
                e => ExtraName.Parse(e.Key.Text),
                e => (IReadOnlyList<ProjectName>)[.. ((e.Value as TomlArray)?.Items ?? []).OfType<TomlString>().Select(t => ProjectName.TryParse(t.Value.Split(' ', '(', '[')[0], out ProjectName name) ? name : (ProjectName?)null).OfType<ProjectName>()]),
        };
        foreach (Diagnostic problem in found)
        {
            problems.Add(problem with { Message = UrlCredentials.Mask(problem.Message) });
        }

        return found.Count > 0 ? null : read;
    }

    private static ForeignPackage? Package(TomlFields fields, TomlFields? oldFiles)
    {
        if (fields.RequiredText("name") is not { } written || !ProjectName.TryParse(written.Value, out ProjectName name))
        {
            return null;
        }

        LockedFile[] files = [.. (fields.Tables("files") ?? (oldFiles?.Table[written.Value] is TomlArray ? oldFiles.Tables(written.Value) : null) ?? []).Select(File)];
        TomlFields? source = fields.Fields("source");
        string? kind = source?.Text("type")?.Value, url = source?.Text("url")?.Value, subdirectory = source?.Text("subdirectory")?.Value;
        var distribution = new LockedDistribution
        {
            Name = name,
            Version = PythonVersion.TryParse(fields.Text("version")?.Value, out PythonVersion? version) ? version : null,
            Marker = Where(fields),
            Index = kind == "legacy" ? url : null,
            Vcs = kind == "git" && url is not null ? new LockedRepository
            {
                Type = "git",
                Url = url,
                CommitId = source!.Text("resolved_reference")?.Value ?? "",
                RequestedRevision = source.Text("reference")?.Value,
                Subdirectory = subdirectory,
            } : null,
            Directory = kind == "directory" && url is not null ? new LockedDirectory { Path = url, Subdirectory = subdirectory } : null,
            Archive = kind is "url" or "file" && url is not null ? (files.FirstOrDefault() ?? new LockedFile()) with { Url = kind == "url" ? url : null, Path = kind == "file" ? url : null, Subdirectory = subdirectory } : null,
            Sdist = kind is null or "legacy" ? files.FirstOrDefault(f => f.Wheel is null) : null,
            Wheels = kind is null or "legacy" ? [.. files.Where(f => f.Wheel is not null)] : [],
            Dependencies = [.. (fields.Inner("dependencies")?.Entries ?? []).Select(e => ProjectName.TryParse(e.Key.Text, out ProjectName needed) ? new LockedDependency(needed) : null).OfType<LockedDependency>()],
        };
        return new ForeignPackage
        {
            Distribution = distribution,
            IsOptional = fields.Flag("optional")?.Value ?? false,
            Groups = fields.Table["groups"] is TomlArray ? [.. (fields.Texts("groups") ?? []).Select(g => g.Value)] : fields.Text("category") is { } category ? [category.Value] : [],
        };
    }

    private static LockedFile File(TomlFields fields) => new()
    {
        WrittenName = fields.Text("file")?.Value,
        Hashes = FileHash.TryParse(fields.Text("hash")?.Value ?? "", out FileHash? hash) ? [hash] : [],
    };

    // One condition for all groups, or one for each; then the main group's holds, or any.
    private static Marker? Where(TomlFields fields)
    {
        TomlString[] conditions = fields.Table["markers"] switch
        {
            TomlString one => [one],
            TomlTable table when table["main"] is TomlString main => [main],
            TomlTable table => [.. table.Entries.Select(e => e.Value).OfType<TomlString>()],
            _ => [],
        };
        List<Marker> markers = [];
        foreach (TomlString condition in conditions)
        {
            if (Marker.TryParse(condition.Value, out Marker? marker, out RequirementSyntaxException? problem))
            {
                markers.Add(marker);
            }
            else
            {
                fields.Report("bad-marker", $"the condition \"{condition.Value}\" cannot be read: {problem.Message}", condition.Span, Again);
            }
        }

        return markers.Count == 0 ? null : markers.Aggregate((a, b) => a.Or(b));
    }
}
