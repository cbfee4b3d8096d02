using System.Text;
using System.Text.Json;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Entries;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Builds;

/// <summary>
/// The folders of one build, and the calls of its backend in them: <c>env</c>, a virtual environment with the wheels that the build needs and nothing else; <c>source</c>; <c>work</c>, for requests, answers and what is built.
/// Inside they are at the same paths on every machine, because backends write paths into what they make.
/// </summary>
internal sealed class BuildPlace : IDisposable
{
    private const string Environment = "env", Source = "source", Work = "work";
    private const long LargestAnswer = 16 << 20;

    private readonly string _folder, _inside;
    private readonly BasePython _python;
    private readonly IEnvironmentRunner _runner;
    private readonly StringBuilder _log = new();
    private int _count;

    /// <param name="folder">An empty folder.</param>
    /// <param name="inside">Where its folders are in the sandbox.</param>
    /// <param name="python">The Python that builds.</param>
    /// <param name="runner">Runs it, without a network.</param>
    internal BuildPlace(string folder, string inside, BasePython python, IEnvironmentRunner runner)
    {
        (_folder, _inside, _python, _runner) = (folder, inside, python, runner);
        Directory.CreateDirectory(SourceFolder);
        Directory.CreateDirectory(Path.Combine(_folder, Work));
    }

    internal string SourceFolder => Path.Combine(_folder, Source);

    /// <summary>All that the calls printed.</summary>
    internal string Log => _log.ToString();

    public void Dispose() => DirectoryHandle.RemoveTreeAt(_folder);

    /// <summary>Makes the environment anew, of these wheels.</summary>
    internal async Task FillAsync(IReadOnlyList<BuildWheel> wheels, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(_folder, Environment);
        DirectoryHandle.RemoveTreeAt(folder);
        InstallScheme scheme = InstallScheme.ForVirtualEnvironment($"{_inside}/{Environment}", _python.Target);
        WheelPlan plan = WheelInstallPlanner.Plan(scheme, [.. wheels.Select(wheel => new WheelInput(wheel.Wheel))], new WheelInstallOptions { AllowClashes = true }, cancellationToken);
        await DirectoryComposer.WriteAsync(
            folder, [VirtualEnvironment.EntriesFor(_python), .. plan.Wheels.Select(wheel => wheel.Entries)], FileSharing.Safe, System.Environment.ProcessorCount, null, cancellationToken);
    }

    /// <summary>Calls a hook.</summary>
    /// <param name="source">The build.</param>
    /// <param name="projectFolder">The project's folder, below <see cref="SourceFolder"/>.</param>
    /// <param name="backend">The module, and where in the project it is.</param>
    /// <param name="hook">The hook.</param>
    /// <param name="writes">Whether it makes a file or folder.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">It failed; the end of its log is in the message.</exception>
    internal async Task<(HookResult Result, string Output)> CallAsync(BuildSource source, string projectFolder, Files.BuildSystem backend, string hook, bool writes, CancellationToken cancellationToken)
    {
        string name = $"{++_count}", work = Path.Combine(_folder, Work), inside = $"{_inside}/{Work}", project = $"{_inside}/{Source}";
        project = LayerPath.Combine(project, Path.GetRelativePath(SourceFolder, projectFolder) is "." ? "" : Path.GetRelativePath(SourceFolder, projectFolder));
        string output = Directory.CreateDirectory(Path.Combine(work, $"out{name}")).FullName;
        var request = new HookRequest
        {
            Source = project,
            Backend = backend.Backend,
            Path = backend.BackendPath,
            Hook = hook,
            Output = writes ? $"{inside}/out{name}" : null,
            Settings = source.Settings,
            Result = $"{inside}/result{name}.json",
        };
        await File.WriteAllBytesAsync(Path.Combine(work, $"request{name}.json"), JsonSerializer.SerializeToUtf8Bytes(request, BuildJson.Default.HookRequest), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(work, "hook.py"), BuildHooks.Program, cancellationToken);
        string environment = $"{_inside}/{Environment}";
        var command = new EnvironmentCommand(
            [$"{environment}/bin/python", "-s", $"{inside}/hook.py", $"{inside}/request{name}.json"],
            new Dictionary<string, string>
            {
                ["PATH"] = $"{environment}/bin:/usr/local/bin:/usr/bin:/bin",
                ["VIRTUAL_ENV"] = environment,
                ["HOME"] = "/tmp",
                ["LC_ALL"] = "C.UTF-8",
                ["PYTHONHASHSEED"] = "0",
                ["PYTHONDONTWRITEBYTECODE"] = "1",

                // Times in wheels come from it; ZIP files know none before 1980.
                ["SOURCE_DATE_EPOCH"] = LayerWriterOptions.DefaultTimestamp.ToString(System.Globalization.CultureInfo.InvariantCulture),
            })
        {
            Folders = _inside == _folder ? [] : [.. new[] { Environment, Source, Work }.Select(part => new CommandFolder(Path.Combine(_folder, part), $"{_inside}/{part}", part == Environment))],
            WorkingDirectory = project,
        };
        (int code, string text) = await _runner.RunAsync(command, cancellationToken);
        _log.Append($"# {hook} of {backend.Backend}\n{text}\n");
        return code == 0 ? (Answer(source, work, $"result{name}.json"), output) : throw Failed(source, hook, $"ended with {code}", text);
    }

    // What was built in the sandbox is as little to be trusted as an archive: it may have left links where answers should be.
    private static HookResult Answer(BuildSource source, string work, string name)
    {
        using var folder = DirectoryHandle.Open(work);
        try
        {
            using FileDescriptor file = folder.OpenFile(name);
            byte[] bytes = new byte[folder.StatusOf(name).Size is var size and <= LargestAnswer ? size : throw new JsonException("too large")];
            for (int at = 0, read; at < bytes.Length && (read = file.Read(bytes.AsSpan(at))) > 0; at += read)
            {
            }

            return JsonSerializer.Deserialize(bytes, BuildJson.Default.HookResult) ?? throw new JsonException("empty");
        }
        catch (Exception e) when (e is JsonException or LinuxException)
        {
            throw Failed(source, "the backend", "gave no answer", e.Message);
        }
    }

    internal static DiagnosticException Failed(BuildSource source, string hook, string how, string text)
    {
        string[] lines = text.TrimEnd().Split('\n');
        string shown = string.Join('\n', lines.Skip(Math.Max(0, lines.Length - 30)).Select(line => "  " + line));
        return new DiagnosticException(
            "build-failed", $"{source.Name} cannot be built: {hook} {how}.{(shown.Trim().Length > 0 ? "\n" + shown : "")}",
            "A compiler or library that the build looks for must be in the image; there is no network in a build. Or take a version that has a wheel.");
    }
}
