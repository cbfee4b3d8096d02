using System.Text.Json;
using Slipway.Conda.Versions;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Versions;

public sealed class ConstraintConformanceTests
{
    private const string Folder = "conda/constraints/";

    [ConformanceFact]
    public void Each_case_holds_when_read_leniently() => Rows.None(Wrong(Conformance.Rows(Folder + "cases.jsonl"), ParseMode.Lenient));

    [ConformanceFact]
    public void Each_case_that_is_strict_holds_when_read_strictly() =>
        Rows.None(Wrong(Conformance.Rows(Folder + "cases.jsonl").Where(r => r.GetProperty("strict").GetBoolean()), ParseMode.Strict));

    [ConformanceTheory]
    [InlineData(ParseMode.Lenient)]
    [InlineData(ParseMode.Strict)]
    public void The_constraints_of_a_real_channel_hold(ParseMode mode) => Rows.None(Wrong(
        Conformance.Rows(Folder + "real.jsonl").Where(r => mode == ParseMode.Lenient || !KnownDeviations.StrictConstraints.ContainsKey(r.Text("id"))), mode));

    [ConformanceFact]
    public void What_is_no_constraint_is_refused() => Rows.None(Conformance.Rows(Folder + "invalid.jsonl").Where(row =>
        VersionConstraint.TryParse(row.Text("constraint"), ParseMode.Strict, out _, out _)
        || (row.Text("mode") == "any" && VersionConstraint.TryParse(row.Text("constraint"), ParseMode.Lenient, out _, out _))).Select(r => r.ToString()));

    [ConformanceFact]
    public void Constraints_that_mean_the_same_answer_the_same()
    {
        foreach (JsonElement row in Conformance.Rows(Folder + "equivalent.jsonl"))
        {
            if (!row.GetProperty("conda_agrees").GetBoolean() && !row.GetProperty("sources").EnumerateArray().Any(s => s.GetString() == "cep29"))
            {
                continue;
            }

            VersionConstraint a = VersionConstraint.Parse(row.Text("a"), ParseMode.Lenient), b = VersionConstraint.Parse(row.Text("b"), ParseMode.Lenient);
            Assert.All(row.GetProperty("probes").EnumerateArray(), p => Assert.Equal(a.Matches(CondaVersion.Parse(p.GetString()!)), b.Matches(CondaVersion.Parse(p.GetString()!))));
        }
    }

    [ConformanceFact]
    public void Build_numbers_are_compared()
    {
        foreach (JsonElement row in Conformance.Rows(Folder + "build-number.jsonl"))
        {
            bool parsed = BuildNumberConstraint.TryParse(row.Text("constraint"), out BuildNumberConstraint? constraint);
            Assert.True(parsed != row.TryGetProperty("invalid", out _), row.ToString());
            if (parsed)
            {
                Assert.True(constraint!.Matches(row.GetProperty("build_number").GetUInt64()) == row.GetProperty("matches").GetBoolean(), row.ToString());
            }
        }
    }

    // Where programs differ. A star inside a version is a pattern whatever operator stands before it, as with mamba; a word may be cut short by a star, as with conda.
    [Theory]
    [InlineData("2013a*", "2013ab", true)]
    [InlineData("=1.*.3", "1.7.3", true)]
    [InlineData("!=1.*.3", "1.7.3", false)]
    [InlineData("*.*", "3", false)]
    [InlineData(">=10.0,*.*", "11", false)]
    public void Disputed_constraints_are_read_as_we_chose(string constraint, string version, bool matches) =>
        Assert.Equal(matches, VersionConstraint.Parse(constraint, ParseMode.Lenient).Matches(CondaVersion.Parse(version)));

    [Theory]
    [InlineData("1.2,", "1.2")]
    [InlineData("1.2|", "1.2")]
    public void A_dangling_separator_is_forgiven_in_channels_only(string text, string meant)
    {
        Assert.Equal(VersionConstraint.Parse(meant, ParseMode.Strict), VersionConstraint.Parse(text, ParseMode.Lenient));
        Assert.False(VersionConstraint.TryParse(text, ParseMode.Strict, out _, out _));
    }

    [Fact]
    public void A_constraint_of_a_thousand_parentheses_is_refused() =>
        Assert.False(VersionConstraint.TryParse(new string('(', 1000) + "1" + new string(')', 1000), ParseMode.Lenient, out _, out _));

    private static IEnumerable<string> Wrong(IEnumerable<JsonElement> rows, ParseMode mode) => rows.Where(row =>
        !VersionConstraint.TryParse(row.Text("constraint"), mode, out VersionConstraint? constraint, out _)
        || constraint.Matches(CondaVersion.Parse(row.Text("version"))) != row.GetProperty("matches").GetBoolean()).Select(r => r.ToString());
}
