using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Commands.Conda;

/// <summary><c>conda list</c>: the packages of an environment, as its records say (CEP 32).</summary>
internal static class CondaListCommand
{
    public static Command Create(CliContext cli)
    {
        var pattern = new Argument<string?>("PATTERN") { Description = "Only packages whose name has this regular expression in it", Arity = ArgumentArity.ZeroOrOne };
        var prefix = new Option<string?>("--prefix", "-p") { Description = "The folder of the environment (CONDA_PREFIX)", HelpName = "DIR" };
        var isExplicit = new Option<bool>("--explicit") { Description = "Print a list from which the same environment can be made" };
        var md5 = new Option<bool>("--md5") { Description = "With --explicit: md5, not sha256" };
        var json = new Option<bool>("--json") { Description = "Print JSON, as conda does" };
        var command = new Command("list", "List the packages of an environment") { pattern, prefix, isExplicit, md5, json };
        command.SetAction(async (parsed, token) =>
        {
            string directory = new[] { parsed.GetValue(prefix), CliContext.Environment("CONDA_PREFIX") }.FirstOrDefault(d => !string.IsNullOrEmpty(d))
                ?? throw new UsageException("no-prefix", "no environment is named", "name its folder with -p");
            JsonObject[] records = [.. await ReadAsync(directory, parsed.GetValue(pattern), token)];
            await cli.Out.WriteAsync(
                parsed.GetValue(isExplicit) ? Explicit(records, parsed.GetValue(md5))
                : parsed.GetValue(json) ? Json(records)
                : Table(records));
            return 0;
        });
        return command;
    }

    private static async Task<IEnumerable<JsonObject>> ReadAsync(string directory, string? pattern, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(directory, "conda-meta");
        if (!Directory.Exists(folder))
        {
            throw new DiagnosticException("no-environment", $"{directory} is no conda environment: it has no conda-meta", "make one with \"slipway conda install -p DIR\"");
        }

        Regex? wanted = pattern is null ? null : Pattern(pattern);
        List<JsonObject> records = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*.json"))
        {
            records.Add(Parse(file, await File.ReadAllTextAsync(file, cancellationToken)));
        }

        return records.Where(r => wanted?.IsMatch(Text(r, "name")) != false).OrderBy(r => Text(r, "name"), StringComparer.Ordinal);
    }

    private static JsonObject Parse(string file, string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (JsonException e)
        {
            throw new DiagnosticException("bad-record", $"{file} is no record of a package: {e.Message}", "make the environment again");
        }
    }

    private static Regex Pattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new UsageException("bad-pattern", $"{pattern} is no regular expression: {e.Message}");
        }
    }

    private static string Table(JsonObject[] records)
    {
        var table = new TableWriter("NAME", "VERSION", "BUILD", "CHANNEL");
        foreach (JsonObject record in records)
        {
            table.Add(Text(record, "name"), Text(record, "version"), Text(record, "build"), ChannelOf(record));
        }

        return table.ToString();
    }

    private static string Explicit(JsonObject[] records, bool wantsMd5) => string.Concat(
        records.Select(r => Text(r, "subdir")).FirstOrDefault(s => s != "noarch") is { } subdir ? $"# platform: {subdir}\n" : "",
        "@EXPLICIT\n",
        string.Concat(records.Select(r => Text(r, "url") + Hash(r, wantsMd5) + "\n")));

    private static string Hash(JsonObject record, bool wantsMd5) =>
        !wantsMd5 && Text(record, "sha256") is { Length: > 0 } sha256 ? "#sha256:" + sha256 : Text(record, "md5") is { Length: > 0 } md5 ? "#" + md5 : "";

    private static string Json(JsonObject[] records)
    {
        var list = new JsonArray();
        foreach (JsonObject record in records)
        {
            list.Add((JsonNode)new JsonObject
            {
                ["base_url"] = Text(record, "channel"),
                ["build_number"] = record["build_number"]?.DeepClone(),
                ["build_string"] = Text(record, "build"),
                ["channel"] = ChannelOf(record),
                ["dist_name"] = $"{Text(record, "name")}-{Text(record, "version")}-{Text(record, "build")}",
                ["name"] = Text(record, "name"),
                ["platform"] = Text(record, "subdir"),
                ["version"] = Text(record, "version"),
            });
        }

        return list.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    private static string ChannelOf(JsonObject record) => Text(record, "channel").TrimEnd('/').Split('/')[^1];

    private static string Text(JsonObject record, string field) => record[field] is JsonValue value && value.TryGetValue(out string? text) ? text : "";
}
