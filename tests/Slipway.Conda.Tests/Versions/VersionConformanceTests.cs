using System.Numerics;
using System.Text.Json;
using Slipway.Conda.Versions;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Versions;

public sealed class VersionConformanceTests
{
    private const string Folder = "conda/versions/";

    [ConformanceFact]
    public void Each_pair_compares_as_recorded_in_both_directions_and_equal_ones_share_a_hash()
    {
        var wrong = Conformance.Rows(Folder + "pairs.jsonl").Where(row =>
        {
            CondaVersion a = CondaVersion.Parse(row.Text("a")), b = CondaVersion.Parse(row.Text("b"));
            int expected = row.GetProperty("cmp").GetInt32();
            return Math.Sign(a.CompareTo(b)) != expected || Math.Sign(b.CompareTo(a)) != -expected || (a == b) != (expected == 0) || (expected == 0 && a.GetHashCode() != b.GetHashCode());
        });
        Rows.None(wrong.Select(r => r.ToString()));
    }

    [ConformanceFact]
    public void The_chains_are_in_order()
    {
        foreach (JsonElement row in Conformance.Rows(Folder + "chains.jsonl"))
        {
            CondaVersion[] versions = [.. row.GetProperty("versions").EnumerateArray().Select(v => CondaVersion.Parse(v.GetString()!))];
            string[] relations = [.. row.GetProperty("ops").EnumerateArray().Select(o => o.GetString()!)];
            for (int i = 0; i < relations.Length; i++)
            {
                Assert.True(versions[i].CompareTo(versions[i + 1]) == (relations[i] == "<" ? -1 : 0) || (relations[i] == "<" && versions[i] < versions[i + 1]), $"{versions[i]} {relations[i]} {versions[i + 1]}");
            }

            CondaVersion[] shuffled = [.. versions];
            new Random(7).Shuffle(shuffled);
            Array.Sort(shuffled);
            Assert.Equal(versions, shuffled);
        }
    }

    [ConformanceFact]
    public void Every_version_of_the_corpus_is_taken_apart_as_recorded()
    {
        var wrong = Conformance.Rows(Folder + "corpus.jsonl").Where(row =>
        {
            (string main, string local) = TakeApart(row.Text("id"));
            return main != row.GetProperty("parse").GetRawText() || local != (row.TryGetProperty("local", out JsonElement l) ? l.GetRawText() : "[]");
        });
        Rows.None(wrong.Select(r => r.ToString()));
    }

    [ConformanceFact]
    public void Sorting_the_corpus_follows_the_recorded_ranks()
    {
        (CondaVersion Version, int Rank)[] rows = [.. Conformance.Rows(Folder + "corpus.jsonl").Select(r => (CondaVersion.Parse(r.Text("id")), r.GetProperty("rank").GetInt32()))];
        Array.Sort(rows, (a, b) => a.Rank.CompareTo(b.Rank));
        for (int i = 1; i < rows.Length; i++)
        {
            int expected = rows[i - 1].Rank == rows[i].Rank ? 0 : -1;
            Assert.True(Math.Sign(rows[i - 1].Version.CompareTo(rows[i].Version)) == expected, $"{rows[i - 1]} {rows[i]}");
        }
    }

    [ConformanceFact]
    public void A_prefix_covers_what_is_recorded()
    {
        foreach (JsonElement row in Conformance.Rows(Folder + "prefixes.jsonl"))
        {
            bool expected = row.GetProperty("starts_with").GetBoolean();
            Assert.True(CondaVersion.Parse(row.Text("version")).StartsWith(CondaVersion.Parse(row.Text("prefix"))) == expected, row.ToString());
            Assert.True(VersionConstraint.Parse(row.Text("prefix") + ".*", ParseMode.Strict).Matches(CondaVersion.Parse(row.Text("version"))) == expected, row.ToString());
        }
    }

    [ConformanceFact]
    public void What_is_no_version_is_refused() =>
        Assert.DoesNotContain(Conformance.Rows(Folder + "invalid.jsonl").Select(r => r.Text("version")), v => CondaVersion.TryParse(v, out _));

    private static (string Main, string Local) TakeApart(string version)
    {
        string lower = version.Trim().ToLowerInvariant();
        Assert.True(VersionLexer.TryCreate(lower, allowStars: false, out VersionLexer lexer, out _));
        List<List<string>> main = [], local = [];
        foreach (VersionToken token in lexer)
        {
            List<List<string>> part = token.InLocal ? local : main;
            if (token.StartsSegment)
            {
                part.Add([]);
            }

            string run = token.In(lower).ToString();
            part[^1].Add(token.Kind == VersionTokenKind.Number ? BigInteger.Parse(run, null).ToString(null, null) : $"\"{run}\"");
        }

        return (Write(main), Write(local));
    }

    private static string Write(List<List<string>> parts) => $"[{string.Join(',', parts.Select(p => $"[{string.Join(',', p)}]"))}]";
}
