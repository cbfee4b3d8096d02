using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.Foundation.Text;
using Slipway.PyPi.Wheels;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Wheels;

public sealed class WheelConformanceTests : IDisposable
{
    private const string Folder = "python/wheels/";

    private readonly WheelWorld _world = new();

    public void Dispose() => _world.Dispose();

    public static TheoryData<string> Checks => [.. Conformance.Rows(Folder + "wheel_checks.jsonl").Select(row => row.Text("id"))];

    public static TheoryData<string> Placements => [.. Conformance.Rows(Folder + "placement.jsonl").Select(row => row.Text("id"))];

    public static TheoryData<string> Layouts => [.. Conformance.Rows(Folder + "real_layouts.jsonl").Select(row => row.Text("id"))];

    [ConformanceTheory]
    [MemberData(nameof(Checks))]
    public void A_wheel_is_accepted_or_refused_as_recorded(string id)
    {
        JsonElement row = Row("wheel_checks.jsonl", id);
        var zip = new ZipWriter();
        foreach (JsonProperty file in row.GetProperty("files").EnumerateObject())
        {
            zip.Add(file.Name, file.Value.GetString()!, file.Name.EndsWith('/') ? 0x41EDu : 0x81A4u, deflate: false);
        }

        string path = Path.Combine(_world.Wheels, row.Text("file"));
        File.WriteAllBytes(path, zip.ToBytes());
        Assert.False(row.GetProperty("valid").GetBoolean()); // all of them are wrong
        var refused = Assert.Throws<DiagnosticException>(() => _world.Open(path));
        Assert.Equal(row.Text("error") switch
        {
            "dist-info-name" => "wrong-wheel",
            "unsafe-path" => "hostile-wheel",
            _ => "wheel-record",
        }, refused.Diagnostics[0].Code);
    }

    [ConformanceTheory]
    [MemberData(nameof(Placements))]
    public void Each_file_goes_to_its_place(string id)
    {
        JsonElement row = Row("placement.jsonl", id);
        var builder = new WheelBuilder(row.Text("name"), row.Text("version"));
        foreach (JsonProperty file in row.GetProperty("files").EnumerateObject())
        {
            builder.File(file.Name, file.Value.GetString()!);
        }

        foreach (JsonElement added in row.TryGetProperty("added_to_dist_info", out JsonElement list) ? list.EnumerateArray().ToArray() : [])
        {
            builder.File($"{builder.Info}/{added.GetString()}", "this should be in dist-info");
        }

        if (row.TryGetProperty("error", out JsonElement error))
        {
            var refused = Assert.Throws<DiagnosticException>(() => _world.Open(builder));
            Assert.Equal(error.GetString() == "wheel-version" ? "wheel-version" : "wheel-scheme", refused.Diagnostics[0].Code);
            return;
        }

        JsonElement expected = row.GetProperty("expected");
        if (expected.GetProperty("files").EnumerateArray().Any(file => file.Text("scheme") == "scripts" && file.Text("path").StartsWith("fancy/", StringComparison.Ordinal)))
        {
            // Recorded without writing anything: the program 'fancy' and the folder 'fancy' cannot both be there.
            Assert.Equal("path-conflict", Assert.Throws<DiagnosticException>(() => WheelWorld.Plan(Scheme(), _world.Open(builder))).Diagnostics[0].Code);
            return;
        }

        string[] programs = [.. expected.GetProperty("scripts").EnumerateArray().Select(script => "scripts/" + script.Text("name"))];
        string record = $"{expected.Text("record_in")}/{expected.Text("record")}", installer = record[..^"RECORD".Length] + "INSTALLER", requested = record[..^"RECORD".Length] + "REQUESTED";
        Assert.Equal(
            expected.GetProperty("files").EnumerateArray().Select(file => $"{Place(file.Text("scheme"), row.Text("name"))}/{file.Text("path")}").Concat(programs).Concat([record, installer, requested]).Order(StringComparer.Ordinal),
            WheelWorld.Plan(Scheme(), _world.Open(builder)).Entries.Select(entry => entry.Path).Order(StringComparer.Ordinal));
    }

    [ConformanceTheory]
    [MemberData(nameof(Layouts))]
    public void Real_wheels_are_placed_as_recorded_and_their_records_judged(string id)
    {
        JsonElement row = Row("real_layouts.jsonl", id);
        if (!row.GetProperty("readable").GetBoolean() || !row.TryGetProperty("record_problems", out _) || !Slipway.PyPi.Tags.WheelFileName.TryParse(row.Text("file"), out Slipway.PyPi.Tags.WheelFileName? name))
        {
            return; // nothing is recorded of it but its name
        }

        // The bytes are not recorded: each file's are made up, and RECORD's digests follow where the recorded ones were right.
        JsonElement[] lines = [.. row.GetProperty("record").EnumerateArray()];
        var problems = row.GetProperty("record_problems").EnumerateArray().ToDictionary(problem => problem.Text("path"), problem => problem.Text("problem"));
        var record = new StringBuilder();
        foreach (JsonElement line in lines)
        {
            string path = line[0].GetString()!, problem = problems.GetValueOrDefault(path, "");
            byte[] bytes = BytesOf(row, path, name);
            RecordLine right = RecordLine.Of(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
            record.Append(line[1].GetString()!.Length == 0 ? $"{path},,\n" : problem == "hash-mismatch" ? RecordFile.Write([right with { Hash = "sha256=" + new string('A', 43) }]) : RecordFile.Write([right]));
        }

        var zip = new ZipWriter();
        foreach (string path in row.GetProperty("names").EnumerateArray().Select(n => n.GetString()!))
        {
            zip.Add(path, path.EndsWith(".dist-info/RECORD", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(record.ToString()) : path.EndsWith('/') ? [] : BytesOf(row, path, name), path.EndsWith('/') ? 0x41EDu : 0x81A4u, deflate: false);
        }

        string file = Path.Combine(_world.Wheels, row.Text("file"));
        File.WriteAllBytes(file, zip.ToBytes());
        if (problems.Count > 0)
        {
            Assert.Equal("wheel-record", Assert.Throws<DiagnosticException>(() => _world.Open(file)).Diagnostics[0].Code);
        }

        WheelArchive wheel = _world.Open(file, heal: problems.Count > 0);
        string info = wheel.Listing.DistInfo;
        Assert.Equal(row.GetProperty("root_is_purelib").GetBoolean(), wheel.Listing.IsPurelib);
        string[] made = ["RECORD", "INSTALLER", "REQUESTED", "direct_url.json"];
        string[] programs = [.. EntryPointsFile.Parse(wheel.Listing.EntryPoints).Select(point => "scripts/" + point.Point.Name)];
        Assert.Equal(
            row.GetProperty("placement").EnumerateObject().SelectMany(scheme => scheme.Value.EnumerateArray().Select(path => $"{Place(scheme.Name, info.Split('-')[0])}/{path.GetString()}"))
                .Where(path => !made.Any(m => path.EndsWith($"{info}/{m}", StringComparison.Ordinal))).Concat(programs).Distinct().Order(StringComparer.Ordinal),
            WheelWorld.Plan(Scheme(), wheel).Entries.Select(entry => entry.Path).Where(path => !made.Any(m => path.EndsWith($"{info}/{m}", StringComparison.Ordinal))).Order(StringComparer.Ordinal));
    }

    private static byte[] BytesOf(JsonElement row, string path, Slipway.PyPi.Tags.WheelFileName name) => Encoding.UTF8.GetBytes(
        path.EndsWith(".dist-info/WHEEL", StringComparison.Ordinal) ? $"Wheel-Version: 1.0\nRoot-Is-Purelib: {(row.GetProperty("root_is_purelib").GetBoolean() ? "true" : "false")}\n"
        : path.EndsWith(".dist-info/METADATA", StringComparison.Ordinal) ? $"Metadata-Version: 2.1\nName: {name.Project}\nVersion: {name.Version}\n"
        : path.EndsWith(".dist-info/entry_points.txt", StringComparison.Ordinal) ? row.TryGetProperty("entry_points", out JsonElement text) ? text.GetString()! : ""
        : "bytes of " + path);

    private static InstallScheme Scheme() => new()
    {
        Prefix = "/opt/env",
        Purelib = "purelib",
        Platlib = "platlib",
        Scripts = "scripts",
        Data = "data",
        Headers = "headers",
        Interpreter = "/opt/env/bin/python",
        CompiledTag = "cpython-311",
    };

    // Each project's headers have a folder of their own.
    private static string Place(string scheme, string project) => scheme == "headers" ? "headers/" + project : scheme;

    private static JsonElement Row(string file, string id) => Conformance.Rows(Folder + file).Single(row => row.Text("id") == id);
}
