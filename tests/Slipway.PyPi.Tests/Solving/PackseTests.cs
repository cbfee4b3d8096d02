using System.Text.Json;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Solving;

/// <summary>The packse scenarios: small registries, each with one request.</summary>
public sealed class PackseTests
{
    private const string File = "python/solve/packse/scenarios.jsonl";

    /// <summary>Rules on which resolvers differ and that hold here (docs/decisions/0071-which-python-versions.md).</summary>
    private static readonly string[] s_rules = ["prereleases-opted-in-by-specifier", "yanked-only-by-direct-pin"];

    /// <summary>Universal scenarios whose answer for the one target is another than that for all environments.</summary>
    private static readonly Dictionary<string, string> s_otherwise = new()
    {
        ["wheels/specific-architecture"] = "the wheels are for Python 3.13 only, and the interpreter of the scenario is 3.12: there is none for the target",
    };

    public static TheoryData<string> Scenarios() => [.. Conformance.Rows(File).Where(r => !r.GetProperty("universal").GetBoolean() && Assumed(r) is null or "" || s_rules.Contains(Assumed(r))).Select(r => r.Text("id"))];

    public static TheoryData<string> UniversalScenarios() => [.. Conformance.Rows(File).Where(r => r.GetProperty("universal").GetBoolean()).Select(r => r.Text("id"))];

    [ConformanceTheory]
    [MemberData(nameof(Scenarios))]
    public async Task A_scenario_comes_out_as_expected(string id)
    {
        JsonElement row = Row(id);
        PythonResult result = await SolveAsync(row);
        JsonElement expected = row.GetProperty("expected");
        Assert.True(expected.GetProperty("satisfiable").GetBoolean() == result.Solution is not null, $"{row.Text("description")}\n{SmallIndex.Text(result)}");
        if (result.Solution is { } solution && expected.GetProperty("packages") is { ValueKind: JsonValueKind.Object } packages)
        {
            Assert.Equal(packages.EnumerateObject().Select(p => $"{ProjectName.Parse(p.Name)} {PythonVersion.Parse(p.Value.GetString()!)}").Order(), solution.Distributions.Select(d => $"{d.Name} {d.Version}"));
        }

        Valid(row, result);
    }

    // Written for resolvers that answer for all environments at once; here each is solved for one target, and only what holds for it is checked.
    [ConformanceTheory]
    [MemberData(nameof(UniversalScenarios))]
    public async Task A_universal_scenario_has_a_valid_answer_for_one_target(string id)
    {
        JsonElement row = Row(id);
        PythonResult result = await SolveAsync(row);
        Assert.True(result.Solution is not null || s_otherwise.ContainsKey(id) || !row.GetProperty("expected").GetProperty("satisfiable").GetBoolean(), SmallIndex.Text(result));
        Valid(row, result);
    }

    private static void Valid(JsonElement row, PythonResult result)
    {
        if (result.Solution is { } solution)
        {
            SolutionCheck.IsValid(solution, Request(row));
        }
    }

    private static JsonElement Row(string id) => Conformance.Rows(File).First(r => r.Text("id") == id);

    private static string? Assumed(JsonElement row) => row.GetProperty("expected").TextOrNull("assumes");

    private static Task<PythonResult> SolveAsync(JsonElement row) => new PythonSolver(Index(row)).SolveAsync(Request(row), TestContext.Current.CancellationToken);

    private static PythonRequest Request(JsonElement row)
    {
        JsonElement options = row.GetProperty("options");
        string[] noBuild = options.Texts("no_build"), noBinary = options.Texts("no_binary");
        return new PythonRequest
        {
            Target = new PythonTarget(Python(row), LibC.Parse(options.TextOrNull("python_platform") == "x86_64-manylinux2014" ? "glibc 2.17" : "glibc 2.40"), "x86_64"),
            Requirements = [.. row.GetProperty("root").Texts("requires").Select(Requirement.Parse)],
            Prereleases = _ => options.GetProperty("prereleases").GetBoolean() ? true : null,
            FromSource = name => Names(noBinary, name) ? true : Names(noBuild, name) ? false : null,
        };
    }

    // A target version without a patch number is .0; an interpreter without one is the newest patch.
    private static PythonVersion Python(JsonElement row) => row.GetProperty("options").TextOrNull("python") is { } target
        ? PythonVersion.Parse(target.Count(c => c == '.') == 1 ? target + ".0" : target)
        : PythonVersion.Parse(row.GetProperty("environment").Text("python") is var own && own.Count(c => c == '.') == 1 ? own + ".30" : own);

    private static bool Names(string[] list, ProjectName name) => list.Contains(":all:") || list.Contains(name.Value);

    private static SmallIndex Index(JsonElement row)
    {
        var index = new SmallIndex();
        foreach (JsonProperty package in row.GetProperty("packages").EnumerateObject())
        {
            index.AddEmpty(package.Name);
            foreach (JsonProperty version in package.Value.EnumerateObject())
            {
                JsonElement v = version.Value;
                JsonProperty[] extras = [.. v.GetProperty("extras").EnumerateObject()];
                index.Add(
                    package.Name, version.Name,
                    [.. v.Texts("requires"), .. extras.SelectMany(e => e.Value.EnumerateArray().Select(r => ForExtra(r.GetString()!, e.Name)))],
                    [.. v.Texts("wheels")], v.GetProperty("sdist").GetBoolean(), v.TextOrNull("requires_python"),
                    v.GetProperty("yanked").GetBoolean() ? "" : null, extras: [.. extras.Select(e => e.Name)]);
            }
        }

        return index;
    }

    private static string ForExtra(string requirement, string extra)
    {
        string[] parts = requirement.Split(';', 2);
        return parts.Length == 1 ? $"{requirement}; extra == '{extra}'" : $"{parts[0]}; ({parts[1].Trim()}) and extra == '{extra}'";
    }
}
