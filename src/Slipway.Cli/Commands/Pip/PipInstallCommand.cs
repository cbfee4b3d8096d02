using System.Collections.Concurrent;
using System.CommandLine;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;
using Slipway.Images.Registry;
using Slipway.Packages.Entries;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;

namespace Slipway.Cli.Commands.Pip;

/// <summary><c>pip install</c>: puts packages into a folder of this machine.</summary>
internal static class PipInstallCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new PipFlags();
        var folder = new Option<string?>("--target", "-t") { Description = "A folder for PYTHONPATH; it must be empty or not there", HelpName = "DIR" };
        var prefix = new Option<string?>("--prefix") { Description = "A virtual environment that is made there; it must be empty or not there", HelpName = "DIR" };
        var heal = new Option<bool>("--heal") { Description = "Take wheels whose RECORD does not fit their files, too" };
        var clashes = new Option<bool>("--allow-clashes") { Description = "Where two wheels hold a file, the last one by name has it" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be installed, and download and write nothing" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say nothing but what went wrong" };
        var command = new Command("install", "Put packages into a folder of this machine") { folder, prefix, heal, clashes, dryRun, quiet };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            if ((parsed.GetValue(folder) is null) == (parsed.GetValue(prefix) is null))
            {
                throw new UsageException("where", "say where: one of --target and --prefix", "--target DIR for a folder of modules, --prefix DIR for a virtual environment");
            }

            PipInput input = await PipInput.ReadAsync(flags, parsed, mayBeLocked: true, token);
            await cli.Error.WriteAsync(cli.Diagnostics.Render(input.Warnings));
            PythonTarget target = await PipTargets.ReadOneAsync(flags, parsed, token);
            Place place = await PlaceOfAsync(parsed.GetValue(folder), parsed.GetValue(prefix), target, token);
            long started = cli.Clock.GetTimestamp();
            using var session = new PipSession(cli, flags, parsed, input);
            IReadOnlyList<PipWheel> wheels = input.Lock is { } locked
                ? await session.WheelsOfAsync(PipInstallation.Select(locked, target, input), target, token)
                : await session.WheelsOfAsync(await session.SolveAsync(target, new Dictionary<ProjectName, PythonVersion>(), token), token);
            if (parsed.GetValue(dryRun))
            {
                foreach (PipWheel wheel in wheels)
                {
                    await cli.Out.WriteLineAsync($"{wheel.Source.FileName}{(wheel.Source.Size is { } size ? $" ({Amounts.Bytes(size)})" : "")}");
                }

                return 0;
            }

            var options = new WheelInstallOptions { AllowClashes = parsed.GetValue(clashes) };
            WheelPlan plan = await TransferProgressScope.RunAsync(
                cli, $"installing {wheels.Count} packages", parsed.GetValue(quiet), progress => WriteAsync(session, wheels, place, options, parsed.GetValue(heal), progress, token));
            if (!parsed.GetValue(quiet))
            {
                foreach (string notice in plan.Notices)
                {
                    await cli.Error.WriteLineAsync($"note: {notice}");
                }

                await cli.Error.WriteLineAsync($"{wheels.Count} packages, {Amounts.Bytes(plan.Entries.Sum(e => e.Size))}, in {Amounts.Time(cli.Clock.GetElapsedTime(started))}");
            }

            await cli.Out.WriteLineAsync(place.Directory);
            return 0;
        });
        return command;
    }

    private static async Task<Place> PlaceOfAsync(string? folder, string? prefix, PythonTarget target, CancellationToken cancellationToken)
    {
        BasePython? machine = await PipTargets.OfMachineAsync(cancellationToken);
        bool isOfMachine = machine?.Target.ShortVersion == target.ShortVersion && machine.Target.Architecture == target.Architecture;
        if (folder is not null)
        {
            return new Place(Path.GetFullPath(folder), InstallScheme.ForFolder(Path.GetFullPath(folder), target, isOfMachine ? machine!.Executable : $"/usr/bin/python{target.ShortVersion}"), []);
        }

        return isOfMachine
            ? new Place(Path.GetFullPath(prefix!), InstallScheme.ForVirtualEnvironment(Path.GetFullPath(prefix!), target), VirtualEnvironment.EntriesFor(machine!))
            : throw new DiagnosticException(
                "other-python", $"A virtual environment is made with a Python of this machine, {(machine is null ? "which has none" : $"which is {machine.Target}")}, and not with {target}.", "Leave --python and --platform away, or install with --target.");
    }

    private static async Task<WheelPlan> WriteAsync(
        PipSession session, IReadOnlyList<PipWheel> wheels, Place place, WheelInstallOptions options, bool heal, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        using var temporary = new TemporaryFolder(session.Store);
        var moved = new ConcurrentDictionary<string, long>();
        var fetcher = new WheelFetcher(session.Archives, temporary.Path)
        {
            Shares = true,
            Heal = heal,
            Moved = (source, count) => progress?.Report(new TransferProgress(source.FileName, moved.AddOrUpdate(source.FileName, count, (_, sum) => sum + count), source.Size)),
        };
        IReadOnlyList<WheelArchive> archives = await fetcher.FetchAsync([.. wheels.Select(w => w.Source)], cancellationToken);
        try
        {
            WheelPlan plan = WheelInstallPlanner.Plan(place.Scheme, [.. wheels.Zip(archives, InputOf)], options, cancellationToken);
            await DirectoryComposer.WriteAsync(
                place.Directory, [place.Entries, .. plan.Wheels.Select(w => w.Entries)], FileSharing.Any, fetcher.Threads, beforeMove: null, cancellationToken);
            return plan;
        }
        finally
        {
            foreach (WheelArchive archive in archives)
            {
                archive.Dispose();
            }
        }
    }

    private static WheelInput InputOf(PipWheel wheel, WheelArchive archive)
    {
        string found = $"{archive.Name.Project} {archive.Name.Version}";
        return found == wheel.Expected || archive.Name.Project.Value == wheel.Expected
            ? new WheelInput(archive) { IsRequested = wheel.IsRequested, DirectUrl = wheel.Origin }
            : throw new DiagnosticException("wrong-wheel", $"{wheel.Source.FileName} is {found}, and {wheel.Expected} was expected.", "Make the lock again.");
    }

    /// <summary>Where packages are put.</summary>
    /// <param name="Directory">The folder.</param>
    /// <param name="Scheme">What goes where in it.</param>
    /// <param name="Entries">What is there besides the packages.</param>
    private sealed record Place(string Directory, InstallScheme Scheme, IReadOnlyList<EnvironmentEntry> Entries);
}
