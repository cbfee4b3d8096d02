using System.Text.Json;
using Slipway.Conda.Files;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Files;

/// <summary>The recorded files of conda/files, each with what it means or that it is refused.</summary>
public sealed class FileConformanceTests
{
    private const string Folder = "conda/files/";

    [ConformanceFact]
    public void Each_environment_file_means_what_is_recorded()
    {
        List<string> wrong = [];
        foreach (JsonElement row in Conformance.Rows(Folder + "environment.jsonl"))
        {
            if (row.TryGetProperty("expect_by_platform", out JsonElement platforms))
            {
                foreach (JsonProperty platform in platforms.EnumerateObject())
                {
                    Compare(row, platform.Name, platform.Value);
                }
            }
            else
            {
                Compare(row, "linux-64", row.TryGetProperty("expect", out JsonElement expect) ? expect : null);
            }
        }

        Rows.None(wrong);

        void Compare(JsonElement row, string platform, JsonElement? expected)
        {
            List<Diagnostic> problems = [];
            EnvironmentFile? file = EnvironmentFileReader.Read(new SourceText("environment.yml", row.Text("text")), platform, problems);
            Diagnostic? error = problems.FirstOrDefault(p => p.Severity == Severity.Error);
            if (expected is null)
            {
                if (error is null)
                {
                    wrong.Add($"{row.Text("id")}: not refused");
                }
            }
            else if (error is not null || file is null)
            {
                wrong.Add($"{row.Text("id")}: {error}");
            }
            else if (Shown(file) is var shown && shown != Shown(expected.Value))
            {
                wrong.Add($"{row.Text("id")} for {platform}: {shown}, not {Shown(expected.Value)}");
            }
        }
    }

    [ConformanceFact]
    public void Each_text_file_means_what_is_recorded()
    {
        List<string> wrong = [];
        foreach (JsonElement row in Conformance.Rows(Folder + "text.jsonl"))
        {
            List<Diagnostic> problems = [];
            TextSpecFile file = TextSpecFile.Read(new SourceText("spec.txt", row.Text("text")), _ => null, problems);
            bool refused = problems.Any(p => p.Severity == Severity.Error);
            if (!row.TryGetProperty("expect", out JsonElement expect))
            {
                wrong.AddRange(refused ? [] : [$"{row.Text("id")}: not refused"]);
                continue;
            }

            string have = $"{file.Explicit is not null} {file.Platform} {string.Join(' ', file.Specs)} "
                + string.Join(' ', (file.Explicit ?? []).Select(p => $"{p.Url} {p.FileName} {p.Name} {p.Version} {p.Build} {p.Md5} {p.Sha256}"));
            string want = $"{expect.GetProperty("explicit").GetBoolean()} {Optional(expect, "platform")} {string.Join(' ', List(expect, "specs").Select(s => s.GetString()))} "
                + string.Join(' ', List(expect, "packages").Select(p => $"{p.Text("url")} {p.Text("fn")} {p.Text("name")} {p.Text("version")} {p.Text("build")} {Optional(p, "md5")} {Optional(p, "sha256")}"));
            if (refused || have != want)
            {
                wrong.Add($"{row.Text("id")}: {(refused ? problems[0].ToString() : have)}, not {want}");
            }
        }

        Rows.None(wrong);
    }

    [ConformanceFact]
    public void Each_lock_file_means_what_is_recorded_and_survives_being_written()
    {
        List<string> wrong = [];
        foreach (JsonElement row in Conformance.Rows(Folder + "conda-lock.jsonl"))
        {
            List<Diagnostic> problems = [];
            LockFile? file = CondaLockReader.Read(new SourceText("conda-lock.yml", row.Text("text")), problems);
            if (!row.TryGetProperty("expect", out JsonElement expect))
            {
                wrong.AddRange(problems.Count > 0 ? [] : [$"{row.Text("id")}: not refused"]);
                continue;
            }

            Assert.Empty(problems);
            Assert.Equal(List(expect, "platforms").Select(p => p.GetString()), file!.Platforms);
            Assert.Equal(List(expect, "channels").Select(p => p.GetString()), file.Channels);
            Assert.Equal(List(expect, "packages").Select(Shown), file.Packages.Select(Shown));

            LockFile again = CondaLockReader.Read(new SourceText("again", CondaLockWriter.Write(file)), problems)!;
            Assert.Empty(problems);
            Assert.Equal(file.Packages.Select(Shown).Order(StringComparer.Ordinal), again.Packages.Select(Shown).Order(StringComparer.Ordinal));
            Assert.Equal(CondaLockWriter.Write(file), CondaLockWriter.Write(again));
        }

        Rows.None(wrong);
    }

    private static string Shown(LockedPackage p) =>
        $"{p.Manager.ToString().ToLowerInvariant()} {p.Platform} {p.Name} {p.Version} {p.Category} {p.IsOptional} {p.Url} {p.Md5} {p.Sha256} {p.Dependencies.Count}";

    private static string Shown(JsonElement p)
    {
        if (!p.TryGetProperty("manager", out _))
        {
            return string.Join('|',
                Optional(p, "name"), Join(List(p, "channels")), Join(List(p, "dependencies")), p.TryGetProperty("subsections", out JsonElement s) ? Join(List(s, "pip")) : "",
                p.TryGetProperty("variables", out JsonElement v) ? string.Join(',', v.EnumerateObject().Select(x => $"{x.Name}={x.Value}")) : "", Join(List(p, "platforms")), Optional(p, "category"));
        }

        JsonElement hash = p.GetProperty("hash");
        return $"{p.Text("manager")} {p.Text("platform")} {p.Text("name")} {p.Text("version")} {p.Text("category")} {p.GetProperty("optional").GetBoolean()} {p.Text("url")} "
            + $"{Optional(hash, "md5")} {Optional(hash, "sha256")} {p.GetProperty("dependencies").GetInt32()}";
    }

    private static string Shown(EnvironmentFile file) => string.Join('|',
        file.Name, string.Join(',', file.Channels), string.Join(',', file.Dependencies), string.Join(',', file.Pip ?? []),
        string.Join(',', file.Variables.Select(v => $"{v.Key}={v.Value}")), string.Join(',', file.Platforms), file.Category);

    private static string Join(IEnumerable<JsonElement> items) => string.Join(',', items.Select(i => i.GetString()));

    private static IEnumerable<JsonElement> List(JsonElement row, string key) => row.TryGetProperty(key, out JsonElement list) ? [.. list.EnumerateArray()] : [];

    private static string? Optional(JsonElement row, string key) => row.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;
}
