using System.Diagnostics;
using System.Text.Json;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Conda.Versions;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Solving;

/// <summary>The solve judge (conformance/conda/README.md, "Solving").</summary>
public sealed class SolveConformanceTests
{
    [ConformanceTheory]
    [InlineData("tiny.jsonl")]
    [InlineData("random.jsonl")]
    [InlineData("derived-small.jsonl")]
    [InlineData("derived-env.jsonl")]
    [InlineData("derived-infeasible.jsonl")]
    [InlineData("py39.jsonl")]
    [InlineData("py39-infeasible.jsonl")]
    public async Task Each_request_has_the_recorded_answer(string file)
    {
        using var channels = new SolveChannels();
        List<string> wrong = [];
        foreach (JsonElement row in Conformance.Rows("conda/solve/" + file))
        {
            var request = new SolveCase(row);
            var watch = Stopwatch.StartNew();
            CondaResult result = await request.SolveAsync(channels, TestContext.Current.CancellationToken);
            TestContext.Current.SendDiagnosticMessage($"{file} {request.Id} {watch.ElapsedMilliseconds} ms {result.Counters}");
            wrong.AddRange(Judge(request, result).Select(w => $"{request.Id}: {w}"));
        }

        Rows.None(wrong);
    }

    private static List<string> Judge(SolveCase row, CondaResult result)
    {
        if (!row.Feasible)
        {
            return result.Explanation is { Lines.Count: > 0 } ? [] : ["has no solution, and was solved"];
        }

        if (result.Explanation is not null)
        {
            return [$"was not solved: {result.Explanation}"];
        }

        List<string> wrong = [.. SolutionCheck.Problems(row.Request, result.Packages)];
        string[] actual = [.. result.Packages.Select(p => p.ToString()).Order(StringComparer.Ordinal)];
        if (row.Agreed.Length > 0)
        {
            string[] lacks = [.. row.Expected.Except(actual)], extra = [.. actual.Except(row.Expected)];
            bool known = KnownDeviations.Solves.ContainsKey(row.Id);
            if ((lacks.Length + extra.Length > 0) != known)
            {
                wrong.Add(known ? "is no longer a deviation" : $"({string.Join(' ', row.Agreed)}) lacks {string.Join(' ', lacks)}, has {string.Join(' ', extra)}");
            }

            // Also where it deviates, nothing that was asked for may be older.
            Dictionary<string, PackageRecord> there = result.Packages.ToDictionary(p => p.Name);
            wrong.AddRange(row.Expected.Select(e => e.Split('='))
                .Where(e => row.Request.Specs.Any(s => s.ExactName == e[0]) && there[e[0]].Version < CondaVersion.Parse(e[1]))
                .Select(e => $"{there[e[0]]} is older than {e[1]}"));
        }
        else if (row.Row.TryGetProperty("floor", out JsonElement floor))
        {
            wrong.AddRange(floor.EnumerateObject()
                .Where(f => result.Packages.FirstOrDefault(p => p.Name == f.Name) is { } there && there.Version < CondaVersion.Parse(f.Value.GetString()!))
                .Select(f => $"{result.Packages.First(p => p.Name == f.Name)} is older than {f.Value}"));
        }

        return wrong;
    }
}
