using Slipway.Testing;
namespace Slipway.Dockerfile.Tests;

public sealed class ExpansionConformanceTests
{
    private static readonly WordExpander Expander = new('\\');

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "expand/words.jsonl", MemberType = typeof(Cases))]
    public void A_word_expands(Case row)
    {
        Func<string, string?> lookup = Lookup(row);
        if (row.MustFail)
        {
            var mistake = Assert.Throws<ExpansionException>(() => Expander.Expand(row.Text("input"), lookup));
            Assert.All(row.ErrorParts(), part => Assert.Contains(part, mistake.Message, StringComparison.Ordinal));
            return;
        }

        Expansion result = Expander.ExpandWithNames(row.Text("input"), lookup);
        Assert.Equal(row.Text("expected"), result.Text);
        if (row.Has("matched"))
        {
            Assert.Equal(row.Texts("matched"), result.Matched.Order(StringComparer.Ordinal));
            Assert.Equal(row.Texts("unmatched"), result.Unmatched.Order(StringComparer.Ordinal));
        }
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "expand/split.jsonl", MemberType = typeof(Cases))]
    public void A_text_expands_and_splits(Case row)
    {
        Func<string, string?> lookup = Lookup(row);
        if (row.MustFail)
        {
            Assert.Throws<ExpansionException>(() => Expander.ExpandToWords(row.Text("input"), lookup));
            return;
        }

        Assert.Equal(row.Texts("expected"), Expander.ExpandToWords(row.Text("input"), lookup));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "expand/env-lookup.jsonl", MemberType = typeof(Cases))]
    public void The_last_assignment_of_a_list_wins(Case row)
    {
        Func<string, string?> lookup = EnvironmentList.ToLookup(row.Texts("env_list"));
        Assert.Equal(row.Text("value"), lookup(row.Text("name")));
    }

    private static Func<string, string?> Lookup(Case row)
    {
        var env = row.Row.GetProperty("env").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString());
        return name => env.GetValueOrDefault(name);
    }
}
