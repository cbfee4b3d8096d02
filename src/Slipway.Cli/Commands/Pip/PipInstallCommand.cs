using System.CommandLine;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;
using Slipway.Sandbox.Hosts;

namespace Slipway.Cli.Commands.Pip;

/// <summary><c>pip install</c>: puts packages into a folder of this machine.</summary>
internal static class PipInstallCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new PipFlags();
        var folder = new Option<string?>("--target", "-t") { Description = "A folder for PYTHONPATH; it must be empty or not there", HelpName = "DIR" };
        var prefix = new Option<string?>("--prefix") { Description = "A virtual environment, made where there is none; also a conda environment that is there", HelpName = "DIR" };
        var system = new Option<bool>("--break-system-packages") { Description = "With --prefix: also into a Python that its distribution manages" };
        var upgrade = new Option<bool>("--upgrade", "-U") { Description = "With --prefix: take the newest versions of what is named, also where older ones are there" };
        var compile = new Option<bool>("--pyc") { Description = "Compile Python modules, with the environment's own Python in a sandbox" };
        var heal = new Option<bool>("--heal") { Description = "Take wheels whose RECORD does not fit their files, too" };
        var clashes = new Option<bool>("--allow-clashes") { Description = "Where two wheels hold a file, the last one by name has it" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be installed, and download and write nothing" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say nothing but what went wrong" };
        var command = new Command("install", "Put packages into a folder of this machine") { folder, prefix, system, upgrade, compile, heal, clashes, dryRun, quiet };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            if ((parsed.GetValue(folder) is null) == (parsed.GetValue(prefix) is null))
            {
                throw new UsageException("where", "say where: one of --target and --prefix", "--target DIR for a folder of modules, --prefix DIR for a virtual environment");
            }

            bool compiles = parsed.GetValue(compile);
            if (compiles)
            {
                Rootless.ReExecuteIfNeeded(CliContext.Arguments);
            }

            PipTargets.Begin();
            PipInput input = await PipInput.ReadAsync(flags, parsed, mayBeLocked: true, token);
            await cli.Error.WriteAsync(cli.Diagnostics.Render(input.Warnings));
            PipPlace place = parsed.GetValue(folder) is { } modules ? await PipPlace.OfFolderAsync(flags, parsed, modules, token)
                : await PipPlace.OfPrefixAsync(flags, parsed, parsed.GetValue(prefix)!, parsed.GetValue(system), token);
            if (compiles && place.PythonHome is null)
            {
                throw new DiagnosticException("no-builder", $"Modules are compiled by a Python of this machine, and it has none like {place.Target}.", "Leave --pyc away, or --python and --platform.");
            }

            long started = cli.Clock.GetTimestamp();
            using var session = new PipSession(cli, flags, parsed, input) { Existing = place.Existing, Installed = place.OfConda };
            IReadOnlyList<PipWheel> wheels = await session.MissingWheelsAsync(place.Target, Preferred(place, input, parsed.GetValue(upgrade)), token);
            var writer = new PipWriter(place, session.Store, parsed.GetValue(clashes), compiles);
            writer.CheckReplaced(wheels);
            await WarnAsync(cli, place, wheels);
            if (parsed.GetValue(dryRun))
            {
                foreach (PipWheel wheel in wheels)
                {
                    await cli.Out.WriteLineAsync($"{wheel.Source.FileName}{(wheel.Source.Size is { } size ? $" ({Amounts.Bytes(size)})" : "")}");
                }

                return 0;
            }

            if (wheels.Count > 0 || place.Existing is null)
            {
                await InstallAsync(cli, session, wheels, writer, parsed.GetValue(heal), parsed.GetValue(quiet), started, token);
            }
            else if (!parsed.GetValue(quiet))
            {
                await cli.Error.WriteLineAsync("all that is wanted is there already");
            }

            await cli.Out.WriteLineAsync(place.Scheme.Prefix);
            return 0;
        });
        return command;
    }

    private static async Task InstallAsync(CliContext cli, PipSession session, IReadOnlyList<PipWheel> wheels, PipWriter writer, bool heal, bool isQuiet, long started, CancellationToken cancellationToken)
    {
        WheelPlan plan = await TransferProgressScope.RunAsync(cli, $"installing {wheels.Count} packages", isQuiet, async progress =>
        {
            using FetchedWheels fetched = await FetchedWheels.FetchAsync(session, wheels, heal, progress, cancellationToken);
            return await writer.WriteAsync(fetched, cancellationToken);
        });
        if (!isQuiet)
        {
            foreach (string notice in plan.Notices.Concat(writer.Notices))
            {
                await cli.Error.WriteLineAsync($"note: {notice}");
            }

            await cli.Error.WriteLineAsync($"{wheels.Count} packages, {Amounts.Bytes(plan.Entries.Sum(e => e.Size))}, in {Amounts.Time(cli.Clock.GetElapsedTime(started))}");
        }
    }

    // What is there is taken again where it fits, as pip does it; with --upgrade not what was named.
    private static Dictionary<ProjectName, PythonVersion> Preferred(PipPlace place, PipInput input, bool isUpgrade)
    {
        HashSet<ProjectName> named = isUpgrade ? [.. input.Wanted.Where(r => r.Name is not null).Select(r => r.Name!.Value)] : [];
        return place.Existing is null ? [] : place.Existing.Distributions.Where(d => !named.Contains(d.Name)).ToDictionary(d => d.Name, d => d.Version);
    }

    private static async Task WarnAsync(CliContext cli, PipPlace place, IReadOnlyList<PipWheel> wheels)
    {
        Dictionary<ProjectName, PythonVersion> changed = [];
        foreach (string[] words in wheels.Select(w => w.Expected.Split(' ')).Where(w => w.Length == 2))
        {
            changed[ProjectName.Parse(words[0])] = PythonVersion.Parse(words[1]);
        }

        if (place.Existing is { } existing)
        {
            await cli.Error.WriteAsync(cli.Diagnostics.Render([.. existing.BrokenBy(place.Target, changed)]));
        }
    }
}
