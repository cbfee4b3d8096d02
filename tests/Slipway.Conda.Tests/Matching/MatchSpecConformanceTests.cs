using System.Text.Json;
using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Matching;

public sealed class MatchSpecConformanceTests
{
    private const string Folder = "conda/matchspec/";
    private const string Alias = "https://channels.example/";

    [ConformanceTheory]
    [InlineData("parse.jsonl")]
    [InlineData("parse-real.jsonl")]
    public void Each_spec_has_the_recorded_parts(string file)
    {
        List<string> wrong = [];
        foreach (JsonElement row in Conformance.Rows(Folder + file))
        {
            if (!MatchSpec.TryParse(row.Text("spec"), ParseMode.Lenient, out MatchSpec? spec, out string? problem))
            {
                wrong.Add($"{row}: {problem}");
                continue;
            }

            Dictionary<string, string> expected = row.GetProperty("fields").EnumerateObject().ToDictionary(f => f.Name, f => Value(f.Value));
            Dictionary<string, string> actual = Parts(spec);
            bool complete = row.TryGetProperty("complete", out JsonElement c) && c.GetBoolean();
            foreach (string key in complete ? expected.Keys.Union(actual.Keys) : expected.Keys)
            {
                string want = expected.GetValueOrDefault(key, ""), have = actual.GetValueOrDefault(key, "");
                bool same = key switch
                {
                    "version" => VersionConstraint.Parse(want, ParseMode.Lenient).Equals(spec.Version),
                    "when" => MatchCondition.Parse(want, ParseMode.Lenient).Equals(spec.When),
                    "build" => have == (want == "*" ? "" : want),
                    _ => have == want,
                };
                if (!same)
                {
                    wrong.Add($"{row.Text("spec")}: {key} is {have}, not {want}");
                }
            }
        }

        Rows.None(wrong);
    }

    [ConformanceFact]
    public void Spellings_of_one_meaning_are_equal()
    {
        foreach (JsonElement row in Conformance.Rows(Folder + "equivalent.jsonl"))
        {
            MatchSpec[] specs = [.. row.GetProperty("specs").EnumerateArray().Select(s => MatchSpec.Parse(s.GetString()!, ParseMode.Lenient))];
            Assert.All(specs, s => Assert.Equal(specs[0], s));
        }
    }

    [ConformanceFact]
    public void The_canonical_text_is_as_recorded()
    {
        var wrong = Conformance.Rows(Folder + "canonical.jsonl")
            .Select(row => (Row: row, Written: Canonical(row.Text("spec"))))
            .Where(x => x.Written != x.Row.Text("canonical"))
            .Select(x => $"{x.Row.Text("spec")}: {x.Written}, not {x.Row.Text("canonical")}");
        Rows.None(wrong);

        static string Canonical(string text)
        {
            MatchSpec spec = MatchSpec.Parse(text, ParseMode.Lenient);
            return (spec with { Channel = WithoutAlias(spec.Channel) }).ToString();
        }
    }

    [ConformanceFact]
    public void The_canonical_text_means_the_same()
    {
        foreach (JsonElement row in Conformance.Rows(Folder + "canonical.jsonl"))
        {
            MatchSpec spec = MatchSpec.Parse(row.Text("spec"), ParseMode.Lenient);
            MatchSpec again = MatchSpec.Parse(spec.ToString(), ParseMode.Lenient);
            Assert.Equal(spec with { Channel = spec.Channel is "*" ? null : spec.Channel, Url = null, FileName = null }, again);
        }
    }

    [ConformanceFact]
    public void What_is_no_spec_is_refused() => Rows.None(Conformance.Rows(Folder + "invalid.jsonl").Where(row =>
        MatchSpec.TryParse(row.Text("spec"), ParseMode.Strict, out _, out _)
        || (row.Text("mode") != "strict" && MatchSpec.TryParse(row.Text("spec"), ParseMode.Lenient, out _, out _))).Select(r => r.ToString()));

    [ConformanceTheory]
    [InlineData("match.jsonl")]
    [InlineData("real.jsonl")]
    public void Each_record_is_matched_as_recorded(string file) => Rows.None(Conformance.Rows(Folder + file).Where(row =>
        MatchSpec.Parse(row.Text("spec"), ParseMode.Lenient).Matches(Record(row.GetProperty("record"))) != row.GetProperty("matches").GetBoolean()).Select(r => r.ToString()));

    private static PackageRecord Record(JsonElement row) => new()
    {
        Name = row.Text("name"),
        Version = CondaVersion.Parse(row.Text("version")),
        Build = row.Text("build"),
        BuildNumber = row.GetProperty("build_number").GetUInt64(),
        Subdir = row.TextOrNull("subdir") ?? "",
        Md5 = row.TextOrNull("md5"),
        Sha256 = row.TextOrNull("sha256"),
        License = row.TextOrNull("license"),
        LicenseFamily = row.TextOrNull("license_family"),
        TrackFeatures = row.TextOrNull("track_features")?.Split(' ') ?? [],
    };

    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(v => v.GetString())),
        _ => value.GetString()!,
    };

    private static Dictionary<string, string> Parts(MatchSpec spec) => new (string Key, string? Value)[]
    {
        ("name", spec.Name.Text), ("version", spec.Version.IsAny ? null : spec.Version.Text), ("build", spec.Build?.Text), ("build_number", spec.BuildNumber?.ToString()),
        ("channel", WithoutAlias(spec.Channel)), ("subdir", spec.Subdir), ("namespace", spec.Namespace), ("fn", spec.FileName), ("url", spec.Url), ("md5", spec.Md5),
        ("sha256", spec.Sha256), ("license", spec.License?.Text), ("when", spec.When?.ToString()), ("extras", Joined(spec.Extras)), ("flags", Joined(spec.Flags)),
    }.Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!);

    private static string? Joined(SpecList list) => list.Values.Count == 0 ? null : string.Join(',', list.Values);

    private static string? WithoutAlias(string? channel) => channel?.StartsWith(Alias, StringComparison.Ordinal) == true ? channel[Alias.Length..] : channel;
}
