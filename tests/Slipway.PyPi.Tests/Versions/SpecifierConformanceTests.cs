using Slipway.PyPi.Versions;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Versions;

public sealed class SpecifierConformanceTests
{
    private const string Folder = "python/specifiers/";

    [ConformanceFact]
    public void Each_specifier_has_its_normal_form_and_clauses() => Rows.None(Conformance.Rows(Folder + "parse.jsonl").Where(row =>
    {
        var specifiers = VersionSpecifiers.Parse(row.Text("specifier"));
        return specifiers.ToString() != row.Text("normal")
            || !specifiers.Clauses.Select(c => (c.OperatorText, c.WrittenVersion)).SequenceEqual(row.GetProperty("parts").EnumerateArray().Select(p => (p.Text("operator"), p.Text("version"))))
            || (specifiers.NamesPrerelease ? true : (bool?)null) != row.FlagOrNull("allows_prereleases");
    }).Select(r => r.ToString()));

    [ConformanceFact]
    public void What_is_no_specifier_is_refused() =>
        Rows.None(Conformance.Rows(Folder + "invalid.jsonl").Select(r => r.Text("specifier")).Where(s => VersionSpecifiers.TryParse(s, out _)));

    [ConformanceFact]
    public void Each_version_is_in_or_out_as_recorded() => Rows.None(Conformance.Rows(Folder + "contains.jsonl").Where(row =>
    {
        var specifiers = VersionSpecifiers.Parse(row.Text("specifier"));
        bool? prereleases = row.FlagOrNull("installed") == true ? true : row.FlagOrNull("prereleases");
        bool expected = row.GetProperty("expected").GetBoolean();
        return specifiers.Contains(row.Text("version"), prereleases) != expected
            || (specifiers.Ranges is not null && PythonVersion.TryParse(row.Text("version"), out PythonVersion? version) && specifiers.Contains(version, prereleases) != expected);
    }).Select(r => r.ToString()));

    [ConformanceFact]
    public void Filtering_keeps_what_is_recorded() => Rows.None(Conformance.Rows(Folder + "filter.jsonl").Where(row =>
        !VersionSpecifiers.Parse(row.Text("specifier")).Filter(row.Texts("versions"), row.FlagOrNull("prereleases")).SequenceEqual(row.Texts("expected"))).Select(r => r.ToString()));

    [ConformanceFact]
    public void Whether_any_version_will_do_is_known() => Rows.None(Conformance.Rows(Folder + "satisfiable.jsonl").Where(row =>
        VersionSpecifiers.Parse(row.Text("specifier")).IsSatisfiable(row.FlagOrNull("prereleases")) != row.GetProperty("satisfiable").GetBoolean()).Select(r => r.ToString()));

    [ConformanceFact]
    public void Sets_relate_as_recorded() => Rows.None(Conformance.Rows(Folder + "relations.jsonl").Where(row =>
    {
        VersionSpecifiers left = VersionSpecifiers.Parse(row.Text("left")), right = VersionSpecifiers.Parse(row.Text("right"));
        bool? relation = row.Text("relation") switch { "subset" => left.IsSubsetOf(right), "superset" => right.IsSubsetOf(left), _ => left.IsDisjointFrom(right) };
        return relation != row.FlagOrNull("expected");
    }).Select(r => r.ToString()));

    [ConformanceFact]
    public void Two_specifiers_join_into_one() => Rows.None(Conformance.Rows(Folder + "combine.jsonl").Where(row =>
        VersionSpecifiers.Parse(row.Text("left")).And(VersionSpecifiers.Parse(row.Text("right"))).ToString() != row.Text("expected")).Select(r => r.ToString()));

    [ConformanceFact]
    public void Equal_specifiers_are_equal() => Rows.None(Conformance.Rows(Folder + "equal.jsonl").Where(row =>
        VersionSpecifiers.Parse(row.Text("left")).Equals(VersionSpecifiers.Parse(row.Text("right"))) != row.GetProperty("equal").GetBoolean()).Select(r => r.ToString()));

    [ConformanceFact]
    public void The_algebra_of_ranges_holds() => Rows.None(Conformance.Rows(Folder + "algebra.jsonl").Where(row =>
    {
        VersionRanges left = VersionSpecifiers.Parse(row.Text("left")).Ranges!, right = VersionSpecifiers.Parse(row.Text("right")).Ranges!;
        VersionRanges result = row.Text("operation") switch
        {
            "intersection" => left.Intersect(right),
            "union" => left.Union(right),
            _ => left.Except(right),
        };
        return result.IsEmpty != row.GetProperty("empty").GetBoolean()
            || !row.Texts("inside").All(v => result.Contains(PythonVersion.Parse(v)))
            || row.Texts("outside").Any(v => result.Contains(PythonVersion.Parse(v)));
    }).Select(r => r.ToString()));
}
