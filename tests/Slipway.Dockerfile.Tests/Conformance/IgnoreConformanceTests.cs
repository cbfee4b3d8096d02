using Slipway.Testing;
namespace Slipway.Dockerfile.Tests;

public sealed class IgnoreConformanceTests
{
    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "ignore/match.jsonl", MemberType = typeof(Cases))]
    public void A_path_is_left_out_or_not(Case row)
    {
        if (row.MustFail)
        {
            Assert.Throws<FormatException>(() => new IgnoreMatcher(row.Texts("patterns")));
            return;
        }

        var matcher = new IgnoreMatcher(row.Texts("patterns"));
        Assert.Equal(row.Flag("expected"), matcher.Matches(GoPath.Clean(row.Text("path"))));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "ignore/clean.jsonl", MemberType = typeof(Cases))]
    public void Patterns_are_cleaned(Case row)
    {
        if (row.MustFail)
        {
            Assert.Throws<FormatException>(() => new IgnoreMatcher(row.Texts("patterns")));
            return;
        }

        var matcher = new IgnoreMatcher(row.Texts("patterns"));
        Assert.Equal(row.Flag("has_exclusions"), matcher.HasExceptions);
        Assert.Equal(row.Has("count") ? row.Row.GetProperty("count").GetInt32() : matcher.Patterns.Count, matcher.Patterns.Count);
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "ignore/ignorefile.jsonl", MemberType = typeof(Cases))]
    public void The_file_is_read(Case row) => Assert.Equal(row.Texts("patterns"), IgnoreFile.Parse(row.Text("content")));
}
