using System.Text;
using System.Text.Json;
using Slipway.Packages.Entries;
using Slipway.PyPi.Wheels;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Wheels;

public sealed class RecordTests
{
    private const string Folder = "python/wheels/";

    [ConformanceFact]
    public void Each_text_is_read_as_recorded() => Rows.None(Conformance.Rows(Folder + "record_parse.jsonl").Where(row =>
    {
        try
        {
            IReadOnlyList<RecordLine> lines = RecordFile.Parse(row.Text("text"));
            return !row.TryGetProperty("expected", out JsonElement expected)
                || !lines.SelectMany(line => new[] { line.Path, line.Hash, line.Size }).SequenceEqual(expected.EnumerateArray().SelectMany(fields => fields.EnumerateArray().Select(f => f.GetString()!)));
        }
        catch (FormatException)
        {
            return !row.TryGetProperty("error", out _);
        }
    }).Select(r => r.ToString()));

    [ConformanceFact]
    public void Each_line_is_right_or_wrong_as_recorded() => Rows.None(Conformance.Rows(Folder + "record_entries.jsonl").Where(row =>
        !new RecordLine(row.Text("path"), row.Text("hash"), row.Text("size")).Wrong.SequenceEqual(row.TryGetProperty("wrong", out JsonElement wrong) ? wrong.EnumerateArray().Select(w => w.GetString()!) : []))
        .Select(r => r.ToString()));

    [ConformanceFact]
    public void Lines_are_written_sorted_and_quoted() => Rows.None(Conformance.Rows(Folder + "record_write.jsonl").Where(row =>
        RecordFile.Write(row.GetProperty("rows").EnumerateArray().Select(r => new RecordLine(r[0].GetString()!, r[1].GetString()!, r[2].GetString()!))) != row.Text("text")).Select(r => r.ToString()));

    [ConformanceFact]
    public void Each_digest_fits_or_does_not_and_is_strong_or_weak() => Rows.None(Conformance.Rows(Folder + "record_hashes.jsonl").Where(row =>
        !RecordHash.TryParse(row.Text("hash"), out RecordHash? hash) || hash.IsStrong != row.GetProperty("strong_enough").GetBoolean() || Matches(hash, row.Text("content")) != row.GetProperty("matches").GetBoolean())
        .Select(r => r.ToString()));

    [ConformanceFact]
    public void Each_file_fits_its_line_or_does_not() => Rows.None(Conformance.Rows(Folder + "record_check.jsonl").Where(row =>
        (row.GetProperty("size").GetInt64() == Encoding.UTF8.GetByteCount(row.Text("content"))
            && (row.GetProperty("hash").ValueKind == JsonValueKind.Null || (RecordHash.TryParse(row.Text("hash"), out RecordHash? hash) && Matches(hash, row.Text("content"))))) != row.GetProperty("matches").GetBoolean())
        .Select(r => r.ToString()));

    [ConformanceFact]
    public void Whether_the_root_is_without_native_code_is_read() => Rows.None(Conformance.Rows(Folder + "root_is_purelib.jsonl")
        .Where(row => WheelFile.IsPurelibOf(row.Text("wheel_file")) != row.GetProperty("expected").GetBoolean()).Select(r => r.ToString()));

    [ConformanceFact]
    public void Each_program_line_is_read() => Rows.None(Conformance.Rows(Folder + "script_lines.jsonl").Where(row =>
        EntryPoint.TryParse(row.Text("line")) is var point && (row.GetProperty("valid").GetBoolean()
            ? point is null || (point.Name, point.Module, point.Function) != (row.Text("name"), row.Text("module"), row.Text("attribute")) : point is not null)).Select(r => r.ToString()));

    [ConformanceFact]
    public void Each_list_of_programs_is_read() => Rows.None(Conformance.Rows(Folder + "entry_points.jsonl").Where(row =>
        !EntryPointsFile.Parse(row.Text("text")).Select(p => (p.Point.Name, p.Point.Module, p.Point.Function, p.IsGui ? "gui" : "console"))
            .SequenceEqual(row.GetProperty("expected").EnumerateArray().Select(e => (e.Text("name"), e.Text("module"), e.Text("attribute"), e.Text("kind"))))).Select(r => r.ToString()));

    // Names with separators are refused here, which the cases allow.
    [ConformanceFact]
    public void Names_of_programs_stay_in_their_folder() => Rows.None(Conformance.Rows(Folder + "entry_point_names.jsonl").Where(row =>
        (EntryPoint.TryParse($"{row.Text("name")} = a:b") is not null) != (row.GetProperty("accepted").GetBoolean() && row.Text("name").IndexOfAny(['/', '\\']) < 0)).Select(r => r.ToString()));

    [ConformanceFact]
    public void Each_interpreter_gets_a_first_line_that_works() => Rows.None(Conformance.Rows(Folder + "shebangs.jsonl").Where(row =>
        Shebang.ForPython(row.Text("interpreter")) is var line && (row.Text("kind") == "direct" ? line + "\n" != row.Text("text") : !line.StartsWith("#!/bin/sh\n'''exec' ", StringComparison.Ordinal))).Select(r => r.ToString()));

    [ConformanceFact]
    public void The_first_line_of_scripts_is_rewritten() => Rows.None(Conformance.Rows(Folder + "script_rewrite.jsonl").Where(row =>
    {
        byte[] input = Encoding.UTF8.GetBytes(row.Text("input"));
        using var reading = new MemberReading(new MemoryStream(input), null, keepsHead: true);
        reading.CopyTo(Stream.Null);
        string result = row.Text("input");
        if (reading.PythonLine > 0)
        {
            using var text = new StreamReader(ScriptLine.Change(row.Text("interpreter"), reading.PythonLine).Open(new MemoryStream(input)));
            result = text.ReadToEnd();
        }

        return result != row.Text("expected") || reading.PythonLine > 0 != row.GetProperty("rewritten").GetBoolean();
    }).Select(r => r.ToString()));

    [ConformanceFact]
    public void Each_direct_url_is_valid_or_not() => Rows.None(Conformance.Rows("python/project/direct_url.jsonl").Where(row =>
    {
        try
        {
            DirectUrl.Parse(row.GetProperty("json").GetRawText());
            return !row.GetProperty("valid").GetBoolean();
        }
        catch (JsonException)
        {
            return row.GetProperty("valid").GetBoolean();
        }
    }).Select(r => r.ToString()));

    private static bool Matches(RecordHash hash, string content)
    {
        using var computed = hash.Begin();
        computed.AppendData(Encoding.UTF8.GetBytes(content));
        return hash.Matches(computed.GetHashAndReset());
    }
}
