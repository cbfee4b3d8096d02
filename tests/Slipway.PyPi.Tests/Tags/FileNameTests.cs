using System.Text.Json;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Tags;

public sealed class FileNameTests
{
    /// <summary>Rows that are decided otherwise here, with the reason.</summary>
    private static readonly Dictionary<string, string> s_deviations = new()
    {
        ["wheel-008ebb4c5eff"] = "foo_bár: names of projects are ASCII (PEP 508), so no index can offer such a project",
        ["wheel-3ff928d77dbe"] = "as before, without a build number",
    };

    [ConformanceFact]
    public void Names_of_wheels_are_taken_apart() => Rows.None(
        from row in Conformance.Rows("python/tags/wheel_names.jsonl")
        where !s_deviations.ContainsKey(row.Text("id"))
        let read = WheelFileName.TryParse(row.Text("file"), out WheelFileName? name) ? name : null
        where row.GetProperty("valid").GetBoolean() ? read is null || !IsAs(row, read) : read is not null
        select $"{row.Text("id")}: {row.Text("file")}: {read?.Project} {read?.Version} {read?.Build}");

    [ConformanceFact]
    public void Rows_that_are_decided_otherwise_are_still_refused() => Rows.None(
        from row in Conformance.Rows("python/tags/wheel_names.jsonl")
        where s_deviations.ContainsKey(row.Text("id")) && WheelFileName.TryParse(row.Text("file"), out _)
        select row.Text("id"));

    [ConformanceFact]
    public void Names_of_source_distributions_are_taken_apart() => Rows.None(
        from row in Conformance.Rows("python/tags/sdist_names.jsonl")
        let read = SourceFileName.TryParse(row.Text("file"), out SourceFileName? name) ? name : null
        where row.GetProperty("valid").GetBoolean() ? read is null || read.Project.Value != row.Text("name") || read.Version != PythonVersion.Parse(row.Text("version")) : read is not null
        select $"{row.Text("id")}: {row.Text("file")}");

    [ConformanceFact]
    public void Wheels_are_compatible_with_the_environments_that_can_use_them()
    {
        Dictionary<string, WheelTags> environments = TagWorld.Environments();
        Rows.None(
            from row in Conformance.Rows("python/tags/compatible.jsonl")
            let wheel = WheelFileName.Parse(row.Text("file"))
            let usable = environments.Where(e => e.Value.RankOf(wheel) is not null).Select(e => e.Key).Order(StringComparer.Ordinal)
            where !usable.SequenceEqual(row.Texts("expected").Order(StringComparer.Ordinal))
            select $"{row.Text("id")}: {wheel}: {string.Join(' ', usable)}");
    }

    [ConformanceFact]
    public void Of_a_release_every_environment_takes_the_best_wheel()
    {
        Dictionary<string, WheelTags> environments = TagWorld.Environments();
        Rows.None(
            from row in Conformance.Rows("python/tags/choose.jsonl")
            let wheels = row.Texts("files").Select(WheelFileName.Parse).ToArray()
            from expected in row.GetProperty("expected").EnumerateObject()
            let best = wheels.Where(w => environments[expected.Name].RankOf(w) is not null)
                .OrderBy(w => environments[expected.Name].RankOf(w)).ThenByDescending(w => w, Comparer<WheelFileName>.Create((a, b) => WheelFileName.CompareBuilds(a.Build, b.Build))).FirstOrDefault()
            where best?.Text != expected.Value.GetString()
            select $"{row.Text("id")} {expected.Name}: {best} instead of {expected.Value}");
    }

    [ConformanceFact]
    public void The_wheels_that_pip_took_for_real_requests_can_be_used_there() => Rows.None(
        from row in Conformance.Rows("python/requests/requests.jsonl")
        let tags = new WheelTags((int)PythonVersion.Parse(row.Text("python")).Minor, false, new LibC(LibCKind.Glibc, 2, 39), "x86_64")
        where row.TryGetProperty("picks", out JsonElement picks) && picks.ValueKind == JsonValueKind.Array
        from pick in row.GetProperty("picks").EnumerateArray()
        let file = pick.Text("file")
        where file.EndsWith(".whl", StringComparison.Ordinal) ? !WheelFileName.TryParse(file, out WheelFileName? wheel) || tags.RankOf(wheel) is null : !SourceFileName.TryParse(file, out _)
        select $"{row.Text("id")}: {file}");

    [Theory]
    [InlineData("foo-1.0-1.tar.gz", "foo", "1.0.post1")]
    [InlineData("Foo_Bar-2.0.zip", "foo-bar", "2.0")]
    [InlineData("foo-bar-baz-1.0.tar.gz", "foo-bar-baz", "1.0")]
    public void Where_the_project_is_known_old_versions_with_dashes_are_read_too(string file, string project, string version)
    {
        Assert.True(SourceFileName.TryParse(file, ProjectName.Parse(project), out SourceFileName? name));

        Assert.Equal(PythonVersion.Parse(version), name.Version);
    }

    [Theory]
    [InlineData("foo-1.0.tar.gz", "bar")]
    [InlineData("foo-bar-1.0.tar.gz", "foo")]
    [InlineData("foo-1.0.exe", "foo")]
    public void A_source_distribution_of_another_project_is_none_of_this_one(string file, string project) =>
        Assert.False(SourceFileName.TryParse(file, ProjectName.Parse(project), out _));

    [Theory]
    [InlineData("foo-1.0-py3-none-any-x8664v3.whl")]
    [InlineData("foo-1.0-1-py3-none-any-x8664v3.whl")]
    public void A_wheel_of_a_variant_is_no_wheel_with_a_build_number(string file) => Assert.False(WheelFileName.TryParse(file, out _));

    [Fact]
    public void A_higher_build_comes_after_a_lower_one_and_any_after_none()
    {
        (long, string)?[] builds = [null, (1, ""), (2, ""), (2, "a"), (2, "b"), (10, "")];

        for (int i = 1; i < builds.Length; i++)
        {
            Assert.True(WheelFileName.CompareBuilds(builds[i - 1], builds[i]) < 0);
            Assert.True(WheelFileName.CompareBuilds(builds[i], builds[i - 1]) > 0);
        }
    }

    private static bool IsAs(JsonElement row, WheelFileName read)
    {
        JsonElement build = row.GetProperty("build");
        (long, string)? expected = build.ValueKind == JsonValueKind.Null ? null : (build[0].GetInt64(), build[1].GetString()!);
        return read.Project.Value == row.Text("name") && read.Version == PythonVersion.Parse(row.Text("version")) && read.Build == expected
            && read.Tags.Order(StringComparer.Ordinal).SequenceEqual(row.Texts("tags").Order(StringComparer.Ordinal));
    }
}
