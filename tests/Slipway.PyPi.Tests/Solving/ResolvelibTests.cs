using System.IO.Compression;
using System.Text.Json;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Versions;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Solving;

/// <summary>The cases of resolvelib: snapshots of real indexes. Which of several good answers comes out is a resolver's own matter; that it is one is checked.</summary>
public sealed class ResolvelibTests
{
    private const string Folder = "python/solve/resolvelib/";

    public static TheoryData<string> Cases() => [.. Conformance.Rows(Folder + "cases.jsonl").Select(r => r.Text("id"))];

    [ConformanceTheory]
    [MemberData(nameof(Cases))]
    public async Task A_case_has_a_valid_answer(string id)
    {
        JsonElement row = Row(id);
        (SmallIndex index, PythonRequest request, PythonResult result) = await SolveAsync(row);
        Assert.True(row.GetProperty("satisfiable").GetBoolean() == result.Solution is not null, SmallIndex.Text(result));
        if (result.Solution is { } solution)
        {
            SolutionCheck.IsValid(solution, request);
            Assert.Equal(row.GetProperty("resolved").EnumerateObject().Select(p => $"{p.Name} {PythonVersion.Parse(p.Value.GetString()!)}").Order(StringComparer.Ordinal), solution.Distributions.Select(d => $"{d.Name} {d.Version}").Order(StringComparer.Ordinal));
        }
        else
        {
            Assert.All(row.Texts("conflicting_names"), name => Assert.Contains(name, result.Explanation!.ToString(), StringComparison.Ordinal));
        }

        if (row.TryGetProperty("should_not_be_tried", out JsonElement untried))
        {
            Assert.All(untried.EnumerateObject(), p => Assert.All(p.Value.EnumerateArray(), v => Assert.DoesNotContain((p.Name, v.GetString()!), index.Asked)));
        }
    }

    // A change of these is a change of the search.
    [ConformanceTheory]
    [InlineData("backjump-test-1", 5, 1)]
    [InlineData("backjump-test-4", 4, 1)]
    [InlineData("cheroot", 15, 2)]
    [InlineData("different-extras", 2, 2)]
    [InlineData("same-package", 0, 0)]
    public async Task The_work_of_a_case_stays_the_same(string id, int decisions, int conflicts)
    {
        PythonResult result = (await SolveAsync(Row(id))).Result;
        Assert.Equal((decisions, conflicts), (result.Counters.Decisions, result.Counters.Conflicts));
    }

    private static JsonElement Row(string id) => Conformance.Rows(Folder + "cases.jsonl").First(r => r.Text("id") == id);

    private static async Task<(SmallIndex Index, PythonRequest Request, PythonResult Result)> SolveAsync(JsonElement row)
    {
        // Metadata from afar: only what is chosen is looked at, so "should not be tried" means something.
        SmallIndex index = await ReadAsync(row.Text("index"));
        var request = new PythonRequest { Target = SmallIndex.Target("3.11.9"), Requirements = [.. row.Texts("requested").Select(Requirement.Parse)] };
        return (index, request, await new PythonSolver(index).SolveAsync(request, TestContext.Current.CancellationToken));
    }

    private static async Task<SmallIndex> ReadAsync(string file)
    {
        await using var stream = new GZipStream(File.OpenRead(Conformance.PathOf($"{Folder}indexes/{file}")!), CompressionMode.Decompress);
        using JsonDocument document = await JsonDocument.ParseAsync(stream, default, TestContext.Current.CancellationToken);
        var index = new SmallIndex { MetadataIsLocal = false };
        foreach (JsonProperty project in document.RootElement.EnumerateObject())
        {
            foreach (JsonProperty version in project.Value.EnumerateObject())
            {
                // Texts that were never versions or requirements; index pages have those, and they are passed over.
                string[] requires = version.Value.GetProperty("dependencies") is { ValueKind: JsonValueKind.Array } listed ? [.. listed.EnumerateArray().Select(d => d.GetString()!)] : [];
                if (PythonVersion.TryParse(version.Name, out PythonVersion? parsed) && requires.All(r => Requirement.TryParse(r, out _)))
                {
                    index.Add(project.Name, parsed.ToString(), requires);
                }
            }
        }

        return index;
    }
}
