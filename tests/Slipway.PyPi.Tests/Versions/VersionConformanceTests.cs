using System.Text.Json;
using Slipway.PyPi.Versions;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Versions;

public sealed class VersionConformanceTests
{
    private const string Folder = "python/versions/";

    [ConformanceFact]
    public void Every_pair_of_a_list_is_in_order()
    {
        foreach (IGrouping<string, string> list in Conformance.Rows(Folder + "order.jsonl").GroupBy(r => r.Text("list"), r => r.Text("version")))
        {
            PythonVersion[] versions = [.. list.Select(PythonVersion.Parse)];
            for (int i = 0; i < versions.Length; i++)
            {
                for (int j = 0; j < versions.Length; j++)
                {
                    Assert.True(Math.Sign(versions[i].CompareTo(versions[j])) == Math.Sign(i.CompareTo(j)), $"{list.Key}: {versions[i]} {versions[j]}");
                }
            }
        }
    }

    [ConformanceFact]
    public void Every_pair_compares_as_recorded_and_equal_ones_share_a_hash() => Rows.None(Conformance.Rows(Folder + "compare.jsonl").Where(row =>
    {
        PythonVersion a = PythonVersion.Parse(row.Text("left")), b = PythonVersion.Parse(row.Text("right"));
        int expected = row.GetProperty("order").GetInt32();
        return Math.Sign(a.CompareTo(b)) != expected || Math.Sign(b.CompareTo(a)) != -expected || (a == b) != (expected == 0)
            || (expected == 0 && (a.GetHashCode() != b.GetHashCode() || a.ToTrimmedString() != b.ToTrimmedString()));
    }).Select(r => r.ToString()));

    [ConformanceFact]
    public void Each_version_has_its_normal_form() => Rows.None(Conformance.Rows(Folder + "normal.jsonl")
        .Where(r => PythonVersion.Parse(r.Text("input")).ToString() != r.Text("normal")).Select(r => r.ToString()));

    [ConformanceFact]
    public void Zeros_at_the_end_of_a_release_can_be_left_out() => Rows.None(Conformance.Rows(Folder + "trimmed.jsonl")
        .Where(r => (PythonVersion.TryParse(r.Text("input"), out PythonVersion? version) ? version.ToTrimmedString() : r.Text("input")) != r.Text("trimmed")).Select(r => r.ToString()));

    [ConformanceFact]
    public void What_is_no_version_is_refused() =>
        Rows.None(Conformance.Rows(Folder + "invalid.jsonl").Select(r => r.Text("input")).Where(v => PythonVersion.TryParse(v, out _)));

    [ConformanceFact]
    public void Every_version_is_taken_apart_as_recorded() => Rows.None(Conformance.Rows(Folder + "properties.jsonl").Where(row =>
    {
        PythonVersion v = PythonVersion.Parse(row.Text("input"));
        return v.ToString() != row.Text("normal")
            || v.Epoch != row.GetProperty("epoch").GetInt64()
            || !v.Release.SequenceEqual(row.GetProperty("release").EnumerateArray().Select(n => n.GetInt64()))
            || (v.Pre is { } pre ? $"[\"{pre.Letter}\",{pre.Number}]" : "null") != row.GetProperty("pre").GetRawText().Replace(" ", "", StringComparison.Ordinal)
            || v.Post != Number(row, "post") || v.Dev != Number(row, "dev")
            || v.Local != row.TextOrNull("local")
            || v.Public.ToString() != row.Text("public") || v.Base.ToString() != row.Text("base")
            || v.IsPrerelease != row.GetProperty("is_prerelease").GetBoolean()
            || v.IsPostrelease != row.GetProperty("is_postrelease").GetBoolean()
            || v.IsDevelopment != row.GetProperty("is_devrelease").GetBoolean();
    }).Select(r => r.ToString()));

    private static long? Number(JsonElement row, string name) => row.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : null;
}
