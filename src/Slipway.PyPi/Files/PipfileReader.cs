using Slipway.Foundation.Text;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Toml;

namespace Slipway.PyPi.Files;

/// <summary>What a <c>Pipfile</c> asks for.</summary>
public sealed record Pipfile
{
    /// <summary>The category that is always taken.</summary>
    public const string MainCategory = "packages";

    /// <summary>The indexes; the first is the usual one, the others are asked for what names them.</summary>
    public IReadOnlyList<NamedIndex> Indexes { get; init; } = [];

    /// <summary>The Python it is for; null: not said.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>The requirements of each category: <c>packages</c>, <c>dev-packages</c>, and what else the file has.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<WrittenRequirement>> Categories { get; init; }

    /// <summary>Whether pre-releases are taken (<c>[pipenv] allow_prereleases</c>).</summary>
    public bool AllowsPrereleases { get; init; }
}

/// <summary>Reads a <c>Pipfile</c>.</summary>
public static class PipfileReader
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "Pipfile";

    private static readonly string[] s_others = ["source", "requires", "scripts", "pipenv", "pipfile"];

    // pipenv takes the variables of conditions as keys: sys_platform = "== 'linux'".
    private static readonly string[] s_variables =
    [
        "os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release", "platform_system", "platform_version", "python_version", "python_full_version",
        "implementation_name", "implementation_version",
    ];

    private static readonly string[] s_systems = ["git", "hg", "svn", "bzr"];

    /// <summary>Reads a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="folder">Its folder, seen from where the reading began.</param>
    /// <param name="problems">Takes errors and warnings.</param>
    /// <returns>Null when it is no TOML.</returns>
    public static Pipfile? Read(SourceText source, string folder, ICollection<Diagnostic> problems)
    {
        var read = new TomlRequirements(source, problems);
        if (TomlDocument.Open(source, problems) is not { } top)
        {
            return null;
        }

        Dictionary<string, IReadOnlyList<WrittenRequirement>> categories = [];
        foreach (TomlEntry entry in top.Table.Entries.Where(e => !s_others.Contains(e.Key.Text)))
        {
            if (top.Fields(entry.Key.Text) is { } category)
            {
                categories[entry.Key.Text] = [.. category.Table.Entries.Select(e => Package(e, category, folder, read)).OfType<WrittenRequirement>()];
            }
        }

        TomlFields? requires = top.Fields("requires");
        string? python = requires?.Text("python_full_version")?.Value ?? (requires?.Text("python_version")?.Value is { } minor ? minor + ".*" : null);
        return new Pipfile
        {
            Indexes = [.. (top.Tables("source") ?? []).Select((s, i) => s.RequiredText("url") is { } url ? new NamedIndex(s.Text("name")?.Value, new WrittenText(url.Value, url.Span), i == 0, i > 0) : null).OfType<NamedIndex>()],
            RequiresPython = python is not null && VersionSpecifiers.TryParse("==" + python, out VersionSpecifiers? specifiers) ? specifiers : null,
            Categories = categories,
            AllowsPrereleases = top.Fields("pipenv")?.Flag("allow_prereleases")?.Value ?? false,
        };
    }

    private static WrittenRequirement? Package(TomlEntry entry, TomlFields category, string folder, TomlRequirements read)
    {
        if (!ProjectName.TryParse(entry.Key.Text, out ProjectName name))
        {
            read.Report("bad-name", $"'{entry.Key.Text}' is no name of a project", entry.Key.Span);
            return null;
        }

        TomlFields? fields = entry.Value is TomlTable ? category.Fields(entry.Key.Text) : null;
        if (fields is null && entry.Value is not TomlString)
        {
            read.Report("wrong-kind", $"'{entry.Key.Text}' is {entry.Value.Kind} where versions or a table are expected", entry.Value.Span, $"write {entry.Key.Text} = \"*\" or {entry.Key.Text} = {{ version = \">=1\", extras = [\"x\"] }}");
            return null;
        }

        TomlString? versions = entry.Value as TomlString ?? fields?.Text("version");
        VersionSpecifiers specifiers = versions is null or { Value: "*" or "" } ? VersionSpecifiers.Any : read.Specifiers(versions) ?? VersionSpecifiers.Any;
        WrittenRequirement written = read.Of(Requirement.Of(name, specifiers) with { WrittenName = entry.Key.Text }, entry.Key.Text + specifiers, entry.Key.Span);
        return fields is null ? written : written with
        {
            Extras = [.. (fields.Texts("extras") ?? []).Select(e => ExtraName.TryParse(e.Value, out ExtraName extra) ? extra : (ExtraName?)null).OfType<ExtraName>().Distinct().Order()],
            Marker = Where(fields, read),
            Url = Address(fields),
            Path = fields.Text("path") is { } path ? ProjectPath.Join(folder, path.Value) : fields.Text("file") is { } file && !RequirementReader.IsUrl(file.Value) ? ProjectPath.Join(folder, file.Value) : null,
            IsEditable = fields.Flag("editable")?.Value ?? false,
            Index = fields.Text("index")?.Value,
        };
    }

    private static string? Address(TomlFields fields)
    {
        if (s_systems.FirstOrDefault(s => fields.Text(s) is not null) is { } system)
        {
            string address = fields.Text(system)!.Value, reference = fields.Text("ref") is { } written ? "@" + written.Value : "", below = fields.Text("subdirectory") is { } folder ? "#subdirectory=" + folder.Value : "";
            return (address.StartsWith(system + "+", StringComparison.Ordinal) ? "" : system + "+") + address + reference + below;
        }

        return fields.Text("file") is { } file && RequirementReader.IsUrl(file.Value) ? file.Value : null;
    }

    private static Marker? Where(TomlFields fields, TomlRequirements read)
    {
        Marker? all = null;
        foreach (TomlString condition in s_variables.Append("markers").Select(k => fields.Text(k) is { } text ? k == "markers" ? text : text with { Value = $"{k} {text.Value}" } : null).OfType<TomlString>())
        {
            if (Marker.TryParse(condition.Value, out Marker? marker, out RequirementSyntaxException? problem))
            {
                all = all?.And(marker) ?? marker;
            }
            else
            {
                read.Report("bad-marker", $"the condition \"{condition.Value}\" cannot be read: {problem.Message}", condition.Span, "for example markers = \"sys_platform == 'linux'\"");
            }
        }

        return all;
    }
}
