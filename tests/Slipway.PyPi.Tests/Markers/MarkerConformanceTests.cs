using System.Text.Json;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Markers;

public sealed class MarkerConformanceTests
{
    private const string Folder = "python/markers/";

    [ConformanceFact]
    public void Each_marker_has_its_normal_form() => Rows.None(Conformance.Rows(Folder + "parse.jsonl")
        .Where(r => Marker.Parse(r.Text("marker")).ToString() != r.Text("normal")).Select(r => r + " " + Marker.Parse(r.Text("marker"))));

    [ConformanceFact]
    public void What_is_no_marker_is_refused() => Rows.None(Conformance.Rows(Folder + "invalid.jsonl").Select(r => r.Text("marker")).Where(m => Marker.TryParse(m, out _)));

    [ConformanceFact]
    public void Each_marker_is_answered_as_recorded()
    {
        JsonElement environments = Environments();
        Rows.None(Conformance.Rows(Folder + "evaluate.jsonl").Where(row =>
        {
            string expected = row.TextOrNull("error") ?? (row.GetProperty("expected").GetBoolean() ? "true" : "false");
            JsonElement own = row.GetProperty("environment");
            return Answer(Marker.Parse(row.Text("marker")), Read(environments.GetProperty("base"), own), Context(row.TextOrNull("context"), own)) != expected;
        }).Select(r => r.ToString()));
    }

    [ConformanceFact]
    public void The_markers_of_real_projects_are_answered_for_seven_environments()
    {
        var environments = Environments().GetProperty("named").EnumerateObject().ToDictionary(e => e.Name, e => Read(e.Value, default));
        Rows.None(Conformance.Rows(Folder + "real.jsonl").Where(row =>
        {
            var marker = Marker.Parse(row.Text("marker"));
            return marker.ToString() != row.Text("normal") || Wrong("expected", MarkerContext.Metadata)
                || (row.TextOrNull("extra") is { } extra && Wrong("expected_with_extra", MarkerContext.WithExtra(extra)));

            bool Wrong(string name, MarkerContext context) => row.GetProperty(name).EnumerateObject().Any(e =>
                Answer(marker, environments[e.Name], context) != (e.Value.ValueKind == JsonValueKind.Null ? "undefined-comparison" : e.Value.GetRawText()));
        }).Select(r => r.ToString()));
    }

    private static string Answer(Marker marker, MarkerEnvironment environment, MarkerContext context)
    {
        try
        {
            return marker.Evaluate(environment, context) ? "true" : "false";
        }
        catch (UndefinedMarkerException e)
        {
            return e.IsName ? "undefined-name" : "undefined-comparison";
        }
    }

    private static MarkerContext Context(string? name, JsonElement environment) => name switch
    {
        "requirement" => MarkerContext.Requirement,
        "lock_file" => Lock(environment),
        _ when environment.TryGetProperty("extras", out _) || environment.TryGetProperty("dependency_groups", out _) => Lock(environment),
        _ => environment.TextOrNull("extra") is { } extra ? MarkerContext.WithExtra(extra) : MarkerContext.Metadata,
    };

    private static MarkerContext Lock(JsonElement environment) => MarkerContext.LockFile(
        environment.TryGetProperty("extras", out _) ? environment.Texts("extras").Select(ExtraName.Parse) : [],
        environment.TryGetProperty("dependency_groups", out _) ? environment.Texts("dependency_groups") : []);

    private static JsonElement Environments()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Conformance.PathOf(Folder + "environments.json")!));
        return document.RootElement.Clone();
    }

    private static MarkerEnvironment Read(JsonElement all, JsonElement own)
    {
        return new MarkerEnvironment
        {
            PythonVersion = Of("python_version"),
            PythonFullVersion = Of("python_full_version"),
            OsName = Of("os_name"),
            SysPlatform = Of("sys_platform"),
            PlatformMachine = Of("platform_machine"),
            PlatformSystem = Of("platform_system"),
            PlatformRelease = Of("platform_release"),
            PlatformVersion = Of("platform_version"),
            PlatformPythonImplementation = Of("platform_python_implementation"),
            ImplementationName = Of("implementation_name"),
            ImplementationVersion = Of("implementation_version"),
        };

        string Of(string name) => own.ValueKind == JsonValueKind.Object && own.TextOrNull(name) is { } value ? value : all.Text(name);
    }
}
