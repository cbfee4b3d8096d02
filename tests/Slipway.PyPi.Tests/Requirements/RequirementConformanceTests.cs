using Slipway.PyPi.Requirements;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Requirements;

public sealed class RequirementConformanceTests
{
    private const string Folder = "python/requirements/";

    [ConformanceTheory]
    [InlineData("parse.jsonl")]
    [InlineData("real.jsonl")]
    public void Each_requirement_is_taken_apart_as_recorded(string file) => Rows.None(Conformance.Rows(Folder + file).Where(row =>
    {
        var r = Requirement.Parse(row.Text("requirement"));
        return r.WrittenName != row.Text("name") || r.Name.Value != row.Text("normalized_name")
            || !r.WrittenExtras.SequenceEqual(row.Texts("extras"))
            || r.Specifiers.ToString() != row.Text("specifier") || r.Url != row.TextOrNull("url")
            || r.Marker?.ToString() != row.TextOrNull("marker") || r.ToString() != row.Text("normal")
            || !Requirement.Parse(r.ToString()).Equals(r);
    }).Select(r => r + "\n   " + Requirement.Parse(r.Text("requirement"))));

    [ConformanceFact]
    public void What_is_no_requirement_is_refused_with_a_place() => Rows.None(Conformance.Rows(Folder + "invalid.jsonl").Select(r => r.Text("requirement")).Where(text =>
        Requirement.TryParse(text, out _, out RequirementSyntaxException? problem) || problem.Position < 0 || problem.Position > text.Length));

    [Theory]
    [InlineData("numpy >= 1.20, < = 2", 15, "\"=\" after < is not a version")]
    [InlineData("name[a b]", 7, "\",\" or \"]\" is expected after an extra")]
    [InlineData("name; python_version > 3", 23, "\"3\" is not a variable of markers; texts stand in quotes")]
    [InlineData("name @ https://host/a.zip; os_name == 'nt'", 27, "\"os_name == 'nt'\" is not expected after the address (a marker begins with \" ;\")")]
    [InlineData("numpy 1.20", 6, "\"1.20\" is not expected after the requirement")]
    public void A_mistake_has_a_place_and_words(string text, int position, string message)
    {
        Assert.False(Requirement.TryParse(text, out _, out RequirementSyntaxException? problem));
        Assert.Equal((position, message), (problem.Position, problem.Message));
    }

    [Fact]
    public void Hostile_texts_are_refused_and_do_not_take_long()
    {
        Assert.False(Requirement.TryParse("a; " + new string('(', 100_000) + "os_name == 'a'", out _));
        Assert.False(Requirement.TryParse("a==" + new string('9', 100_000), out _));
        Assert.False(Requirement.TryParse("a[" + string.Join(',', Enumerable.Repeat("x", 10_000)), out _));
        Assert.True(Requirement.TryParse("a; " + string.Join(" or ", Enumerable.Repeat("os_name == 'a'", 10_000)), out Requirement? wide));
        Assert.False(wide.Marker!.IsNever());
    }

    [ConformanceFact]
    public void Requirements_are_equal_when_they_ask_for_the_same() => Rows.None(Conformance.Rows(Folder + "equal.jsonl").Where(row =>
        Requirement.Parse(row.Text("left")).Equals(Requirement.Parse(row.Text("right"))) != row.GetProperty("equal").GetBoolean()).Select(r => r.ToString()));

    [ConformanceFact]
    public void Names_are_folded_or_refused() => Rows.None(Conformance.Rows(Folder + "names.jsonl").Where(row =>
        ProjectName.TryParse(row.Text("name"), out ProjectName name) != row.GetProperty("valid").GetBoolean()
        || (row.GetProperty("valid").GetBoolean() && (name.Value != row.Text("normal") || (name.Value == row.Text("name")) != row.GetProperty("is_normal").GetBoolean()))).Select(r => r.ToString()));
}
