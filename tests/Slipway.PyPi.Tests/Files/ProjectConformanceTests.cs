using System.Text.Json;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Requirements;
using Slipway.Testing;
using Slipway.Toml;

namespace Slipway.PyPi.Tests.Files;

public sealed class ProjectConformanceTests
{
    private const string Folder = "python/project/";

    private static readonly Dictionary<string, string> s_kinds = new()
    {
        ["group-cycle"] = "cycle",
        ["unknown-group"] = "not-found",
        ["wrong-kind"] = "wrong-type",
        ["bad-group-item"] = "invalid-object",
        ["bad-requirement"] = "invalid-requirement",
        ["duplicate-group"] = "duplicate-names",
    };

    [ConformanceFact]
    public void Each_dependency_group_gives_its_requirements_or_its_errors() => Rows.None(Conformance.Rows(Folder + "dependency_groups.jsonl").Select(row =>
    {
        string text = TomlWriter.Write(new TomlTable(default, [new TomlEntry("dependency-groups", Toml(row.GetProperty("dependency_groups"), isInline: false))]));
        List<Diagnostic> problems = [];
        PyprojectFile? file = PyprojectReader.Read(new SourceText("pyproject.toml", text), "", problems);
        Assert.NotNull(file);
        string[] found = [.. file.Groups.Read(row.Text("group"), problems).Select(r => r.ToRequirement()!.ToString())];
        string[] errors = [.. problems.Select(p => s_kinds[p.Code])];
        bool right = row.TryGetProperty("errors", out JsonElement expected)
            ? errors.Intersect(expected.EnumerateArray().Select(e => e.GetString()!)).Any()
            : errors.Length == 0 && found.SequenceEqual(row.GetProperty("expected").EnumerateArray().Select(r => Requirement.Parse(r.GetString()!).ToString()));
        return right ? null : $"{row}\n  {string.Join(' ', found)} {string.Join(' ', problems)}";
    }).OfType<string>());

    [ConformanceFact]
    public void Credentials_are_taken_out_of_addresses() => Rows.None(Conformance.Rows(Folder + "direct_url_strip.jsonl")
        .Where(row => UrlCredentials.Strip(row.Text("url"), [.. row.GetProperty("kept_user_infos").EnumerateArray().Select(e => e.GetString()!)]) != row.Text("expected")).Select(r => r.ToString()));

    private static TomlValue Toml(JsonElement json, bool isInline) => json.ValueKind switch
    {
        JsonValueKind.String => new TomlString(json.GetString()!),
        JsonValueKind.Number => new TomlInteger(json.GetInt64()),
        JsonValueKind.True or JsonValueKind.False => new TomlBoolean(json.GetBoolean()),
        JsonValueKind.Array => new TomlArray([.. json.EnumerateArray().Select(i => Toml(i, isInline: true))]),
        _ => new TomlTable(default, [.. json.EnumerateObject().Select(p => new TomlEntry(p.Name, Toml(p.Value, isInline: true)))], isInline),
    };
}
