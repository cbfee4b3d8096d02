using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Toml;

namespace Slipway.PyPi.Files;

/// <summary>Reads <c>pyproject.toml</c>.</summary>
public static class PyprojectReader
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "pyproject.toml";

    private static readonly string[] s_projectKeys =
    [
        "name", "version", "description", "readme", "requires-python", "license", "license-files", "authors", "maintainers", "keywords", "classifiers", "urls", "scripts", "gui-scripts",
        "entry-points", "dependencies", "optional-dependencies", "dynamic", "import-names", "import-namespaces",
    ];

    private static readonly string[] s_buildKeys = ["requires", "build-backend", "backend-path"];

    /// <summary>Reads the project in a folder.</summary>
    /// <returns>Null when there is no such file, or when it is no TOML.</returns>
    public static PyprojectFile? Read(IProjectFiles files, string folder, ICollection<Diagnostic> problems)
    {
        string path = ProjectPath.Join(folder, FileName);
        return files.Read(path) is { } content && TomlText.Decode(path, content, problems) is { } source ? Read(source, ProjectPath.Join("", folder), problems) : null;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="folder">Its folder, seen from where the reading began.</param>
    /// <param name="problems">Takes errors and warnings.</param>
    /// <returns>Null when it is no TOML.</returns>
    public static PyprojectFile? Read(SourceText source, string folder, ICollection<Diagnostic> problems) =>
        TomlDocument.Open(source, problems) is { } top ? new Reading(source, folder, problems).File(top) : null;

    private sealed class Reading(SourceText source, string folder, ICollection<Diagnostic> problems)
    {
        private readonly TomlRequirements _read = new(source, problems);
        private UvSources _sources = UvSources.None;

        public PyprojectFile File(TomlFields top)
        {
            TomlFields? tool = top.Fields("tool"), uv = tool?.Fields("uv"), project = top.Fields("project");
            _sources = uv?.Fields("sources") is { } sources ? UvSources.Read(sources, folder, _read) : UvSources.None;
            var file = new PyprojectFile
            {
                Source = _read.Shown,
                Folder = folder,
                Groups = new DependencyGroups(_read.Shown, top.Inner("dependency-groups"), _sources.Apply),
                Build = top.Fields("build-system") is { } build ? Build(build) : BuildSystem.Legacy,
                Uv = uv is null ? new UvSettings() : Uv(uv),
            };
            if (project is null)
            {
                if (tool?.Fields("poetry") is { } poetry && poetry.Table["dependencies"] is { } old)
                {
                    _read.Report(
                        "poetry-dependencies", "the requirements stand in [tool.poetry] only, which is not read", old.Span, "write them to [project] (poetry 2 reads it), or install from a requirements.txt that poetry exports", Severity.Warning);
                }

                return file;
            }

            return Project(file, project);
        }

        private PyprojectFile Project(PyprojectFile file, TomlFields project)
        {
            foreach (TomlKey key in project.Table.Entries.Select(e => e.Key).Where(k => !s_projectKeys.Contains(k.Text)))
            {
                _read.Report("unknown-key", $"'project.{key.Text}' is not known", key.Span, Suggestion.Nearest(key.Text, s_projectKeys) is { } near ? $"did you mean '{near}'?" : null, Severity.Warning);
            }

            IReadOnlyList<string> dynamic = [.. (project.Texts("dynamic") ?? []).Select(d => d.Value)];
            foreach (TomlEntry both in project.Table.Entries.Where(e => dynamic.Contains(e.Key.Text)))
            {
                _read.Report("dynamic-field", $"'project.{both.Key.Text}' stands here and is named in 'project.dynamic'", both.Key.Span, "remove it from one of the two");
            }

            ProjectName? name = null;
            if (project.RequiredText("name") is { } written)
            {
                if (ProjectName.TryParse(written.Value, out ProjectName parsed))
                {
                    name = parsed;
                }
                else
                {
                    _read.Report("bad-name", $"\"{written.Value}\" is no name of a project", written.Span, "ASCII letters, digits and . _ -, with a letter or digit at both ends");
                }
            }

            PythonVersion? version = null;
            if (project.Text("version") is { } number && !PythonVersion.TryParse(number.Value, out version))
            {
                _read.Report("bad-version", $"\"{number.Value}\" is no version", number.Span, "for example \"1.2.0\" (PEP 440)");
            }
            else if (project.Table["version"] is null && !dynamic.Contains("version"))
            {
                _read.Report("missing-key", "'project.version' is missing", project.Table.Span, "write version = \"…\", or dynamic = [\"version\"] when the build knows it");
            }

            Dictionary<ExtraName, IReadOnlyList<WrittenRequirement>> optional = [];
            if (project.Fields("optional-dependencies") is { } extras)
            {
                foreach (TomlKey key in extras.Table.Entries.Select(e => e.Key))
                {
                    if (!ExtraName.TryParse(key.Text, out ExtraName extra))
                    {
                        _read.Report("bad-name", $"'{key.Text}' is no name of an extra", key.Span, "ASCII letters, digits and . _ -, with a letter or digit at both ends");
                    }
                    else if (!optional.TryAdd(extra, Needed(extras, key.Text)))
                    {
                        _read.Report("duplicate-key", $"the extra '{extra}' is there twice", key.Span, "names of extras do not differ by case or by - _ .");
                    }
                }
            }

            return file with
            {
                HasProject = true,
                Name = name,
                Version = version,
                RequiresPython = _read.Specifiers(project.Text("requires-python")),
                Dynamic = dynamic,
                Dependencies = Needed(project, "dependencies"),
                OptionalDependencies = optional,
            };
        }

        private IReadOnlyList<WrittenRequirement> Needed(TomlFields fields, string key) => [.. _read.ReadAll(fields.Texts(key)).SelectMany(_sources.Apply)];

        private BuildSystem Build(TomlFields fields)
        {
            foreach (TomlKey key in fields.Table.Entries.Select(e => e.Key).Where(k => !s_buildKeys.Contains(k.Text)))
            {
                _read.Report("unknown-key", $"'build-system.{key.Text}' is not known", key.Span, $"there are {string.Join(", ", s_buildKeys)}");
            }

            IReadOnlyList<TomlString>? requires = fields.Texts("requires");
            _ = fields.Required(requires, "requires", "the requirements of the build");
            List<string> paths = [];
            foreach (TomlString path in fields.Texts("backend-path") ?? [])
            {
                if (ProjectPath.LeadsOut(ProjectPath.Join("", path.Value)))
                {
                    _read.Report("outside-folder", $"the folder {path.Value} lies outside of the project (PEP 517)", path.Span, "the backend of a project lies within it");
                }
                else
                {
                    paths.Add(path.Value);
                }
            }

            return new BuildSystem { Requires = _read.ReadAll(requires), Backend = fields.Text("build-backend")?.Value ?? BuildSystem.Legacy.Backend, BackendPath = paths };
        }

        private UvSettings Uv(TomlFields uv) => new()
        {
            Indexes = [.. (uv.Tables("index") ?? []).Select(Index).OfType<NamedIndex>()],
            Constraints = [.. Needed(uv, "constraint-dependencies").Select(r => r with { IsConstraint = true })],
            Overrides = Needed(uv, "override-dependencies"),
            Excludes = [.. _read.ReadAll(uv.Texts("exclude-dependencies")).Select(r => r.Name).OfType<ProjectName>()],
            Development = Needed(uv, "dev-dependencies"),
            DefaultGroups = uv.Table["default-groups"] is TomlArray ? [.. (uv.Texts("default-groups") ?? []).Select(g => g.Value)] : null,
        };

        private static NamedIndex? Index(TomlFields fields) => fields.RequiredText("url") is { } url
            ? new NamedIndex(fields.Text("name")?.Value, new WrittenText(url.Value, url.Span), fields.Flag("default")?.Value ?? false, fields.Flag("explicit")?.Value ?? false)
            : null;
    }
}
