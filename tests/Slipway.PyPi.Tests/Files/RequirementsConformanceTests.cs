using System.Text;
using System.Text.Json;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Files;

public sealed class RequirementsConformanceTests
{
    private static readonly Dictionary<string, string> s_kinds = new()
    {
        ["bad-option"] = "parse",
        ["bad-hash"] = "parse",
        ["weak-hash"] = "parse",
        ["file-not-found"] = "not-found",
        ["recursive-file"] = "recursive",
        ["bad-encoding"] = "encoding",
    };

    [ConformanceFact]
    public async Task Every_file_is_read_as_pip_reads_it()
    {
        List<string> wrong = [];
        foreach (JsonElement row in Conformance.Rows("python/lock/requirements_files.jsonl"))
        {
            var files = new MemoryFiles(row.GetProperty("files").EnumerateObject().ToDictionary(
                f => f.Name, f => f.Value.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(f.Value.GetString()!) : f.Value.GetProperty("base64").GetBytesFromBase64()));
            Dictionary<string, string> variables = row.TryGetProperty("environment_variables", out JsonElement set) ? set.EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString()!) : [];
            (RequirementsFile file, IReadOnlyList<Diagnostic> problems) = await files.RequirementsAsync(row.Text("entry"), row.TryGetProperty("as_constraints", out JsonElement c) && c.GetBoolean(), variables);
            string[] errors = [.. problems.Where(p => p.Severity == Severity.Error).Select(p => s_kinds.GetValueOrDefault(p.Code, "invalid-requirement"))];
            string found = errors.Length > 0 ? "errors " + string.Join(' ', errors.Distinct()) : Described(file);
            string expected = row.TextOrNull("error") is { } error ? "errors " + error : Described(row.GetProperty("expected"));
            if (found != expected)
            {
                wrong.Add($"{row.Text("id")}: {row.GetProperty("files")}\n  expected {expected}\n  found    {found} {string.Join(' ', problems)}");
            }
        }

        Rows.None(wrong);
    }

    private static string Described(RequirementsFile file)
    {
        RequirementsOptions options = file.Options;
        var text = new StringBuilder();
        foreach (WrittenRequirement r in file.Requirements)
        {
            string settings = string.Join(',', r.ConfigSettings.GroupBy(s => s.Key).Select(g => $"{g.Key}={string.Join('+', g.Select(s => s.Value))}"));
            text.Append($"{r.Source.Path}:{r.Line} {r.Name?.ToString() ?? "-"}[{string.Join(',', r.Extras)}]{r.Specifiers} {r.Url ?? "-"} {r.Path ?? "-"} {r.Marker?.ToString() ?? "-"} {r.IsEditable} {r.IsConstraint} {Hashes(r.Hashes)} {settings}\n");
        }

        Add("index_urls", [.. options.IndexUrl is { } url ? [url.Text] : Array.Empty<string>(), .. options.ExtraIndexUrls.Select(u => u.Text)]);
        Add("no_index", options.NoIndex ? ["True"] : []);
        Add("find_links", options.FindLinks.Select(u => u.Text));
        Add("no_binary", options.Binaries.First);
        Add("only_binary", options.Binaries.Second);
        Add("all_releases", options.Prereleases.First);
        Add("only_final", options.Prereleases.Second);
        Add("prefer_binary", options.PreferBinary ? ["True"] : []);
        Add("require_hashes", options.RequireHashes == true ? ["True"] : []);
        Add("no_require_hashes", options.RequireHashes == false ? ["True"] : []);
        Add("trusted_hosts", options.TrustedHosts.Select(u => u.Text));
        Add("use_feature", options.Features);
        return text.ToString();

        void Add(string name, IEnumerable<string> values)
        {
            string[] all = [.. values];
            text.Append(all.Length > 0 ? $"{name}={string.Join(',', all)};" : "");
        }

        static string Hashes(IEnumerable<FileHash> hashes) => string.Join(',', hashes.Select(h => h.ToString()).Order(StringComparer.Ordinal));
    }

    private static string Described(JsonElement expected)
    {
        var text = new StringBuilder();
        foreach (JsonElement r in expected.GetProperty("requirements").EnumerateArray())
        {
            string name = r.TextOrNull("name") is { } written ? ProjectName.Parse(written).Value : "-";
            string extras = string.Join(',', r.GetProperty("extras").EnumerateArray().Select(e => ExtraName.Parse(e.GetString()!)).Order());
            string marker = r.TextOrNull("marker") is { } m ? Marker.Parse(m).ToString() : "-";
            string hashes = r.TryGetProperty("hashes", out JsonElement h) ? string.Join(',', h.EnumerateObject().SelectMany(a => a.Value.EnumerateArray().Select(v => $"{a.Name}:{v.GetString()}")).Order(StringComparer.Ordinal)) : "";
            string settings = r.TryGetProperty("config_settings", out JsonElement s)
                ? string.Join(',', s.EnumerateObject().Select(p => $"{p.Name}={(p.Value.ValueKind == JsonValueKind.Array ? string.Join('+', p.Value.EnumerateArray().Select(v => v.GetString())) : p.Value.GetString())}")) : "";
            text.Append($"{r.Text("file")}:{r.GetProperty("line")} {name}[{extras}]{VersionSpecifiers.Parse(r.Text("specifier"))} {r.TextOrNull("url") ?? "-"} {r.TextOrNull("path") ?? "-"} {marker} {r.GetProperty("editable").GetBoolean()} {r.GetProperty("constraint").GetBoolean()} {hashes} {settings}\n");
        }

        string[] order = ["index_urls", "no_index", "find_links", "no_binary", "only_binary", "all_releases", "only_final", "prefer_binary", "require_hashes", "no_require_hashes", "trusted_hosts", "use_feature"];
        foreach (JsonProperty option in expected.GetProperty("options").EnumerateObject().OrderBy(o => Array.IndexOf(order, o.Name)))
        {
            text.Append($"{option.Name}={(option.Value.ValueKind == JsonValueKind.Array ? string.Join(',', option.Value.EnumerateArray().Select(v => v.GetString())) : option.Value.GetBoolean().ToString())};");
        }

        return text.ToString();
    }
}
