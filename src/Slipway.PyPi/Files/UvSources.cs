using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.Toml;

namespace Slipway.PyPi.Files;

/// <summary>
/// The table <c>[tool.uv.sources]</c>: where the requirements of the project are to be taken from. It holds for the project's own requirements only, never for those of others.
/// </summary>
internal sealed class UvSources
{
    private static readonly string[] s_kinds = ["git", "url", "path", "index", "workspace"];

    private readonly Dictionary<ProjectName, IReadOnlyList<Func<WrittenRequirement, WrittenRequirement>>> _sources = [];

    public static UvSources None { get; } = new();

    public static UvSources Read(TomlFields table, string folder, TomlRequirements read)
    {
        var sources = new UvSources();
        foreach (TomlEntry entry in table.Table.Entries)
        {
            if (!ProjectName.TryParse(entry.Key.Text, out ProjectName name))
            {
                read.Report("bad-name", $"'{entry.Key.Text}' is no name of a project", entry.Key.Span);
                continue;
            }

            IReadOnlyList<TomlFields> several = entry.Value is TomlArray ? table.Tables(entry.Key.Text) ?? [] : table.Fields(entry.Key.Text) is { } one ? [one] : [];
            sources._sources[name] = [.. several.Select(s => Source(s, folder, read)).OfType<Func<WrittenRequirement, WrittenRequirement>>()];
        }

        return sources;
    }

    /// <summary>A requirement as its source makes it; several where the source depends on conditions.</summary>
    public IEnumerable<WrittenRequirement> Apply(WrittenRequirement requirement) =>
        requirement.Name is { } name && requirement.Url is null && _sources.TryGetValue(name, out IReadOnlyList<Func<WrittenRequirement, WrittenRequirement>>? changes) && changes.Count > 0
            ? changes.Select(change => change(requirement))
            : [requirement];

    private static Func<WrittenRequirement, WrittenRequirement>? Source(TomlFields fields, string folder, TomlRequirements read)
    {
        Marker? marker = null;
        if (fields.Text("marker") is { } condition && !Marker.TryParse(condition.Value, out marker, out RequirementSyntaxException? problem))
        {
            read.Report("bad-marker", $"the condition \"{condition.Value}\" cannot be read: {problem.Message}", condition.Span);
            return null;
        }

        string? subdirectory = fields.Text("subdirectory")?.Value;
        string fragment = subdirectory is null ? "" : "#subdirectory=" + subdirectory;
        if (fields.Text("git") is { } git)
        {
            string? revision = (fields.Text("rev") ?? fields.Text("tag") ?? fields.Text("branch"))?.Value;
            return With(r => r with { Url = $"git+{git.Value}{(revision is null ? "" : "@" + revision)}{fragment}" });
        }

        if (fields.Text("url") is { } url)
        {
            return With(r => r with { Url = url.Value + fragment });
        }

        if (fields.Text("path") is { } path)
        {
            bool isEditable = fields.Flag("editable")?.Value ?? false;
            return With(r => r with { Path = ProjectPath.Join(folder, path.Value), IsEditable = isEditable });
        }

        if (fields.Text("index") is { } index)
        {
            return With(r => r with { Index = index.Value });
        }

        read.Report(
            "unknown-source", fields.Table["workspace"] is null ? "this source is not known" : "workspaces of uv are not followed here", fields.Table.Span,
            fields.Table["workspace"] is null ? $"there are {string.Join(", ", s_kinds)}" : "name the member by its folder: { path = \"…\" }");
        return null;

        Func<WrittenRequirement, WrittenRequirement> With(Func<WrittenRequirement, WrittenRequirement> change) =>
            r => change(r) with { Marker = marker is null ? r.Marker : r.Marker?.And(marker) ?? marker };
    }
}
