using System.Text.Json;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Solving;

/// <summary>Real requests with what pip chose on a given day.</summary>
public sealed class RealRequestTests
{
    private const string File = "python/requests/requests.jsonl";

    [ConformanceFact]
    public void Every_wheel_that_pip_picked_fits_the_target() => Rows.None(
        from row in Conformance.Rows(File)
        let target = new PythonTarget(PythonVersion.Parse(row.Text("python") + ".0"), LibC.Parse("glibc 2.39"), "x86_64")
        from pick in row.GetProperty("picks").EnumerateArray()
        let file = pick.Text("file")
        where file.EndsWith(".whl", StringComparison.Ordinal) && target.Tags.RankOf(WheelFileName.Parse(file)) is null
        select $"{row.Text("id")}: {file}");

    [ConformanceFact]
    public void With_an_older_glibc_than_needed_some_wheel_does_not_fit() => Rows.None(
        from row in Conformance.Rows(File)
        let oldest = row.GetProperty("glibc_at_least")
        where oldest.ValueKind == JsonValueKind.Array && oldest[1].GetInt32() > 5
        let target = new PythonTarget(PythonVersion.Parse(row.Text("python") + ".0"), new LibC(LibCKind.Glibc, oldest[0].GetInt32(), oldest[1].GetInt32() - 1), "x86_64")
        where row.GetProperty("picks").EnumerateArray().Select(p => p.Text("file")).Where(f => f.EndsWith(".whl", StringComparison.Ordinal)).All(f => target.Tags.RankOf(WheelFileName.Parse(f)) is not null)
        select row.Text("id"));

    [ConformanceFact]
    public void What_was_asked_for_is_met_by_what_was_picked() => Rows.None(Conformance.Rows(File).Where(r => r.GetProperty("success").GetBoolean()).SelectMany(Unmet));

    private static IEnumerable<string> Unmet(JsonElement row)
    {
        var target = new PythonTarget(PythonVersion.Parse(row.Text("python") + ".9"), LibC.Parse("glibc 2.39"), "x86_64");
        (ProjectName Name, PythonVersion Version)[] picks = [.. row.GetProperty("picks").EnumerateArray().Select(p => Named(p.Text("file")))];
        foreach (IGrouping<ProjectName, (ProjectName Name, PythonVersion Version)> twice in picks.GroupBy(p => p.Name).Where(g => g.Count() > 1))
        {
            yield return $"{row.Text("id")}: {twice.Key} is there twice";
        }

        foreach (string text in row.Texts("requirements").Concat(row.Texts("constraints")))
        {
            if (!Requirement.TryParse(text, out Requirement? requirement))
            {
                continue; // an address without a name, or a line with options: what files have, not requirements
            }

            bool applies = requirement.Marker?.Evaluate(target.Environment, Slipway.PyPi.Markers.MarkerContext.Metadata) != false && requirement.Url is null;
            if (applies && picks.Any(p => p.Name == requirement.Name && !requirement.Specifiers.Contains(p.Version)))
            {
                yield return $"{row.Text("id")}: {text}";
            }
        }
    }

    private static (ProjectName, PythonVersion) Named(string file) => WheelFileName.TryParse(file, out WheelFileName? wheel) ? (wheel.Project, wheel.Version)
        : SourceFileName.TryParse(file, out SourceFileName? source) ? (source.Project, source.Version) : throw new FormatException(file);
}
