using Slipway.Foundation.Text;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Toml;

namespace Slipway.PyPi.Locks;

/// <summary>Reads <c>pylock.toml</c> (PEP 751), version 1. Keys that it does not know are passed over, as later minor versions may have more.</summary>
public static class PylockReader
{
    private static readonly string[] s_single = ["vcs", "directory", "archive"];

    private const string Again = "make the lock again with \"slipway pip lock\"";

    /// <summary>Reads a lock; what is wrong is reported, all of it, with the place in the file and its path in the document.</summary>
    /// <returns>Null when it has errors.</returns>
    public static PythonLock? Read(SourceText source, ICollection<Diagnostic> problems)
    {
        List<Diagnostic> found = [];
        PythonLock? read = Files.TomlDocument.Open(source, found) is { } top ? new Reading(top).Lock() : null;
        foreach (Diagnostic problem in found)
        {
            problems.Add(problem with { Message = Files.UrlCredentials.Mask(problem.Message) });
        }

        return found.Any(p => p.Severity == Severity.Error) ? null : read;
    }

    private sealed class Reading(TomlFields top)
    {
        public PythonLock? Lock()
        {
            if (top.RequiredText("lock-version") is { } version)
            {
                if (!PythonVersion.TryParse(version.Value, out PythonVersion? number))
                {
                    top.Report("bad-value", $"'lock-version' is no version: \"{version.Value}\"", version.Span, "write \"1.0\"");
                }
                else if (number.Major != 1 || number.Release.Count < 2)
                {
                    top.Report("lock-version", $"version {version.Value} of pylock.toml is not known; 1.0 is", version.Span, Again);
                    return null;
                }
            }

            string? createdBy = top.RequiredText("created-by")?.Value;
            IReadOnlyList<Marker> environments = [.. Texts(top, "environments").Select((text, i) => MarkerOf(top, text, $"environments[{i}]")).OfType<Marker>()];
            VersionSpecifiers? requiresPython = Specifiers(top, "requires-python");
            IReadOnlyList<ExtraName> extras = [.. Texts(top, "extras").Select((text, i) => NormalName(top, text, $"extras[{i}]") is { } name ? ExtraName.Parse(name.Value) : (ExtraName?)null).OfType<ExtraName>()];
            IReadOnlyList<string> groups = [.. Texts(top, "dependency-groups").Select(t => t.Value)], defaults = [.. Texts(top, "default-groups").Select(t => t.Value)];
            IReadOnlyList<TomlFields>? packages = top.Tables("packages");
            _ = top.Required(packages, "packages", "a table [[packages]] for each package");
            return new PythonLock
            {
                CreatedBy = createdBy ?? "",
                Environments = environments,
                RequiresPython = requiresPython,
                Extras = extras,
                DependencyGroups = groups,
                DefaultGroups = defaults,
                Packages = [.. (packages ?? []).Select(Package).OfType<LockedDistribution>()],
            };
        }

        private static LockedDistribution? Package(TomlFields fields)
        {
            ProjectName? name = fields.RequiredText("name") is { } written ? NormalName(fields, written, fields.PathOf("name")) : null;
            PythonVersion? version = null;
            if (fields.Text("version") is { } text && !PythonVersion.TryParse(text.Value, out version))
            {
                fields.Report("bad-value", $"'{fields.PathOf("version")}' is no version: \"{text.Value}\"", text.Span, "see PEP 440");
            }

            LockedRepository? vcs = fields.Fields("vcs") is { } v ? Repository(v) : null;
            LockedDirectory? directory = fields.Fields("directory") is { } d ? Directory(d) : null;
            LockedFile? archive = fields.Fields("archive") is { } a ? File(a) : null;
            LockedFile? sdist = fields.Fields("sdist") is { } s ? Distribution(s, name, version, isWheel: false) : null;
            IReadOnlyList<LockedFile> wheels = [.. (fields.Tables("wheels") ?? []).Select(w => Distribution(w, name, version, isWheel: true)).OfType<LockedFile>()];
            int single = s_single.Count(k => fields.Table[k] is not null);
            bool distributed = fields.Table["sdist"] is not null || fields.Table["wheels"] is TomlArray { Items.Count: > 0 };
            if (single != (distributed ? 0 : 1))
            {
                fields.Report(
                    "bad-source", $"'{fields.PathOf("")[..^1]}' has {(single == 0 ? "no source" : "several sources")}: a package has one of vcs, directory and archive, or else sdist, wheels or both", fields.Table.Span, Again);
            }

            foreach (TomlFields identity in fields.Tables("attestation-identities") ?? [])
            {
                identity.RequiredText("kind");
            }

            Marker? marker = fields.Text("marker") is { } condition ? MarkerOf(fields, condition, fields.PathOf("marker")) : null;
            VersionSpecifiers? requiresPython = Specifiers(fields, "requires-python");
            string? index = fields.Text("index")?.Value;
            LockedDependency[] dependencies = [.. (fields.Tables("dependencies") ?? []).Select(Dependency).OfType<LockedDependency>()];
            return name is not { } known ? null : new LockedDistribution
            {
                Name = known,
                Version = version,
                Marker = marker,
                RequiresPython = requiresPython,
                Index = index,
                Dependencies = dependencies,
                Vcs = vcs,
                Directory = directory,
                Archive = archive,
                Sdist = sdist,
                Wheels = wheels,
            };
        }

        // PEP 751: any of the keys of a package may say which is meant; name and version are enough here.
        private static LockedDependency? Dependency(TomlFields fields) =>
            fields.Text("name") is { } name && ProjectName.TryParse(name.Value, out ProjectName project)
                ? new LockedDependency(project, PythonVersion.TryParse(fields.Text("version")?.Value, out PythonVersion? version) ? version : null)
                : null;

        private static LockedRepository? Repository(TomlFields fields)
        {
            string? type = fields.RequiredText("type")?.Value, commit = fields.RequiredText("commit-id")?.Value;
            (string? url, string? path) = Place(fields);
            return type is null || commit is null ? null : new LockedRepository
            {
                Type = type,
                CommitId = commit,
                Url = url,
                Path = path,
                RequestedRevision = fields.Text("requested-revision")?.Value,
                Subdirectory = fields.Text("subdirectory")?.Value,
            };
        }

        private static LockedDirectory? Directory(TomlFields fields)
        {
            bool isEditable = fields.Flag("editable")?.Value ?? false;
            string? subdirectory = fields.Text("subdirectory")?.Value;
            return fields.RequiredText("path") is { } path ? new LockedDirectory { Path = path.Value, IsEditable = isEditable, Subdirectory = subdirectory } : null;
        }

        private static LockedFile? Distribution(TomlFields fields, ProjectName? project, PythonVersion? version, bool isWheel)
        {
            if (File(fields) is not { } file || (file.Url is null && file.Path is null))
            {
                return null;
            }

            string where = fields.PathOf("")[..^1];
            (ProjectName Project, PythonVersion Version)? told = isWheel ? file.Wheel is { } wheel ? (wheel.Project, wheel.Version) : null
                : project is { } known && Tags.SourceFileName.TryParse(file.FileName, known, out Tags.SourceFileName? source) ? (source.Project, source.Version)
                : Tags.SourceFileName.TryParse(file.FileName, out source) ? (source.Project, source.Version) : null;
            if (told is not { } parts)
            {
                fields.Report("bad-file-name", $"'{where}' is called {file.FileName}, which is no name of a {(isWheel ? "wheel" : "source distribution")}", fields.Table.Span, Again);
            }
            else if (project is { } expected && parts.Project != expected)
            {
                fields.Report("bad-file-name", $"'{where}' is called {file.FileName}, but the package is {expected}", fields.Table.Span, Again);
            }
            else if (version is not null && parts.Version.Public != version.Public)
            {
                fields.Report("bad-file-name", $"'{where}' is called {file.FileName}, but the version is {version}", fields.Table.Span, Again);
            }

            return file;
        }

        private static LockedFile? File(TomlFields fields)
        {
            (string? url, string? path) = Place(fields);
            IReadOnlyList<Files.FileHash> hashes = Hashes(fields);
            TomlInteger? size = fields.Integer("size");
            if (size is { Value: < 0 })
            {
                fields.Report("bad-value", $"'{fields.PathOf("size")}' is less than nothing", size.Span, Again);
            }

            DateTimeOffset? uploaded = null;
            if (fields.Table["upload-time"] is { } time)
            {
                if (time is TomlOffsetDateTime instant)
                {
                    uploaded = instant.Instant;
                }
                else
                {
                    fields.Report("wrong-kind", $"'{fields.PathOf("upload-time")}' is {time.Kind} where a date and time with an offset is expected", time.Span, "for example 2026-01-31T12:00:00Z");
                }
            }

            return new LockedFile
            {
                WrittenName = fields.Text("name")?.Value,
                Url = url,
                Path = path,
                Size = size?.Value,
                UploadTime = uploaded,
                Hashes = hashes,
                Subdirectory = fields.Text("subdirectory")?.Value,
            };
        }

        private static (string? Url, string? Path) Place(TomlFields fields)
        {
            string? url = fields.Text("url")?.Value, path = fields.Text("path")?.Value;
            if (fields.Table["url"] is null && fields.Table["path"] is null)
            {
                fields.Report("missing-key", $"'{fields.PathOf("")[..^1]}' has neither path nor url", fields.Table.Span, Again);
            }

            return (url, path);
        }

        private static List<Files.FileHash> Hashes(TomlFields fields)
        {
            List<Files.FileHash> hashes = [];
            string path = fields.PathOf("hashes");
            if (fields.Required(fields.Inner("hashes"), "hashes", "a table of hashes") is not { } table)
            {
                return hashes;
            }

            foreach (TomlEntry entry in table.Entries)
            {
                if (entry.Value is TomlString value)
                {
                    hashes.Add(new Files.FileHash(entry.Key.Text.ToLowerInvariant(), value.Value.ToLowerInvariant()));
                }
                else
                {
                    fields.Report("wrong-kind", $"'{path}' has {entry.Value.Kind} for {entry.Key.Text} where a text is expected", entry.Value.Span, Again);
                }
            }

            if (table.Entries.Count == 0)
            {
                fields.Report("missing-hash", $"'{path}' is empty: a file is trusted by at least one hash", table.Span, Again);
            }

            return hashes;
        }

        private static IReadOnlyList<TomlString> Texts(TomlFields fields, string key) => fields.Texts(key) ?? [];

        private static ProjectName? NormalName(TomlFields fields, TomlString text, string path)
        {
            if (ProjectName.TryParse(text.Value, out ProjectName name) && name.Value == text.Value)
            {
                return name;
            }

            fields.Report("bad-name", $"'{path}' is no normal name: \"{text.Value}\"", text.Span, name.Value is { } normal ? $"write \"{normal}\"" : Again);
            return null;
        }

        private static Marker? MarkerOf(TomlFields fields, TomlString text, string path)
        {
            if (Marker.TryParse(text.Value, out Marker? marker, out RequirementSyntaxException? problem))
            {
                return marker;
            }

            fields.Report("bad-marker", $"'{path}' cannot be read: {problem.Message}", text.Span, "a condition is for example sys_platform == 'linux'");
            return null;
        }

        private static VersionSpecifiers? Specifiers(TomlFields fields, string key)
        {
            if (fields.Text(key) is not { } text)
            {
                return null;
            }

            if (VersionSpecifiers.TryParse(text.Value, out VersionSpecifiers? specifiers, out string? problem))
            {
                return specifiers;
            }

            fields.Report("bad-value", $"'{fields.PathOf(key)}' cannot be read: {problem}", text.Span, "versions are asked for as in \">=3.11\"");
            return null;
        }
    }
}
