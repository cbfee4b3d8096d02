using System.Collections.Concurrent;
using System.CommandLine;
using Slipway.Cli.Commands.Pip;
using Slipway.Cli.Rendering;
using Slipway.Conda.Activation;
using Slipway.Conda.Channels;
using Slipway.Conda.Installed;
using Slipway.Conda.Linking;
using Slipway.Conda.Packages;
using Slipway.Conda.Records;
using Slipway.Environments.Running;
using Slipway.Foundation.Text;
using Slipway.Images.Registry;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;
using Slipway.PyPi.Installed;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Wheels;
using Slipway.Sandbox.Hosts;

namespace Slipway.Cli.Commands.Conda;

/// <summary><c>conda install</c>: makes an environment in a folder of this machine.</summary>
internal static class CondaInstallCommand
{
    private const int MostListed = 20;

    // What images have when they say nothing.
    private static readonly Dictionary<string, string> s_usualVariables = new() { ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

    public static Command Create(CliContext cli)
    {
        var flags = new CondaFlags();
        var prefix = new Option<string>("--prefix", "-p") { Description = "The folder of the environment; without --update it must be empty or not there", HelpName = "DIR", Required = true };
        var frozen = new Option<bool>("--frozen") { Description = "Mark it so that conda does not change it" };
        var scripts = new Option<string[]>("--allow-post-link") { Description = "Run the post-link script of this package, in a sandbox", HelpName = "NAME", DefaultValueFactory = _ => [] };
        var compile = new Option<bool>("--pyc") { Description = "Compile Python modules, with the environment's own Python in a sandbox" };
        var activate = new Option<bool>("--run-activation") { Description = "Run the scripts that set variables, once in a sandbox, and say what each one sets" };
        var update = new Option<bool>("--update") { Description = "Replace the environment that is there, as \"conda env update --prune\" does; it is exchanged when the new one is whole" };
        var force = new Option<bool>("--force") { Description = "With --update: also when there are files in it that came from no package; they are lost" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say nothing but what went wrong" };
        var command = new Command("install", "Make an environment in a folder of this machine") { flags.Specs, prefix, update, force, scripts, activate, compile, frozen, quiet };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            var steps = new Steps(parsed.GetValue(scripts)!, parsed.GetValue(compile), parsed.GetValue(activate));
            if (parsed.GetValue(force) && !parsed.GetValue(update))
            {
                throw new UsageException("force-alone", "--force is for --update", "write both, or neither");
            }

            if (steps.NeedSandbox)
            {
                Rootless.ReExecuteIfNeeded(CliContext.Arguments);
            }

            IReadOnlyList<string> platforms = CondaInput.PlatformsOf(flags, parsed);
            string platform = platforms.Count == 1 || parsed.GetValue(flags.Platforms)!.Length == 0
                ? platforms[0] : throw new UsageException("one-platform", "an environment is for one platform", "name one with --platform");
            CondaInput input = CondaInput.Read(flags, parsed, platform);
            await cli.Error.WriteAsync(cli.Diagnostics.Render(input.Warnings));
            string directory = Path.GetFullPath(parsed.GetValue(prefix)!);
            InstalledEnvironment? before = parsed.GetValue(update) ? Before(directory, parsed.GetValue(force)) : null;
            long started = cli.Clock.GetTimestamp();
            using var session = new CondaSession(cli, flags, parsed);
            (IReadOnlyList<PackageRecord> packages, ChannelAccess access) = await session.PackagesAsync(input, token);
            using CondaPipPart? pip = await CondaPipPart.OpenAsync(cli, flags, parsed, input, packages, token);
            IReadOnlyList<PipWheel> wheels = pip is null ? [] : await pip.WheelsAsync(token); // before anything is downloaded: it may say that the two do not go together
            (LinkPlan plan, WheelPlan? python, ActivationRun? activation) = await TransferProgressScope.RunAsync(
                cli, $"installing {packages.Count + wheels.Count} packages", parsed.GetValue(quiet),
                progress => LinkAsync(session, input, packages, access, pip is null ? null : new Python(pip, wheels), directory, parsed.GetValue(frozen), before is not null, steps, progress, token));
            if (!parsed.GetValue(quiet))
            {
                await ReportAsync(cli, plan, steps, activation);
                foreach (string notice in python?.Notices ?? [])
                {
                    await cli.Error.WriteLineAsync($"note: {notice}");
                }

                await cli.Error.WriteLineAsync(
                    $"{packages.Count} packages{(wheels.Count > 0 ? $" and {wheels.Count} of pip" : "")}, {Amounts.Bytes(plan.Entries.Sum(e => e.Size) + (python?.Entries.Sum(e => e.Size) ?? 0))}, in {Amounts.Time(cli.Clock.GetElapsedTime(started))}{Changes(before, plan)}");
            }

            await cli.Out.WriteLineAsync(directory);
            return 0;
        });
        return command;
    }

    private static async Task<(LinkPlan Plan, WheelPlan? Wheels, ActivationRun? Activation)> LinkAsync(
        CondaSession session, CondaInput input, IReadOnlyList<PackageRecord> packages, ChannelAccess access, Python? python, string directory, bool isFrozen, bool replaces, Steps steps, IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        var cache = new PackageCache(PackageCache.RootIn(session.Store), session.Http, access.Authorize) { PlacesOf = access.PlacesOf };
        using var temporary = new TemporaryFolder(session.Store);
        var moved = new ConcurrentDictionary<string, long>();
        var fetcher = new PackageFetcher(cache, temporary.Path)
        {
            Shares = true,
            Moved = (package, count) => progress?.Report(new TransferProgress(package.Name, moved.AddOrUpdate(package.FileName, count, (_, sum) => sum + count), package.Size)),
        };
        IReadOnlyList<UnpackedPackage> unpacked = await fetcher.FetchAsync(packages, cancellationToken);
        try
        {
            string[] wanted = [.. input.Specs.Select(s => s.ToString())];
            LinkPlan plan = await LinkPlanner.PlanAsync(
                new LinkOptions
                {
                    Prefix = directory,
                    Subdir = input.Platform,
                    Variables = input.Variables,
                    CompilesPython = steps.Compile,
                    FrozenMessage = isFrozen ? "This environment was made by slipway from a lock; change what it was made from and make it again." : null,
                },
                [.. packages.Zip(unpacked).Select(p => new LinkInput(p.First, p.Second)
                {
                    RequestedSpecs = [.. input.Specs.Zip(wanted).Where(s => s.First.ExactName == p.First.Name).Select(s => s.Second)],
                })],
                fetcher.Threads,
                cancellationToken);
            using FetchedWheels? wheels = python is null ? null : await FetchedWheels.FetchAsync(python.Part.Session, python.Wheels, heal: false, progress, cancellationToken);
            WheelPlan? beside = wheels is null ? null : PlanBeside(plan, python!.Part.Target, packages, wheels, steps.Compile, cancellationToken);
            IReadOnlyList<IReadOnlyList<EnvironmentEntry>> parts = [.. plan.Parts, .. beside?.Wheels.Select(w => w.Entries) ?? []];
            LinkScripts.CommandsFor(plan, steps.Scripts); // a name without a script is told before anything is written
            ActivationRun? activation = null;
            Func<string, CancellationToken, Task>? step = steps.NeedSandbox ? RunStepsAsync : null;
            await (replaces ? DirectoryComposer.ReplaceAsync(directory, parts, FileSharing.Any, fetcher.Threads, step, cancellationToken)
                : DirectoryComposer.WriteAsync(directory, parts, FileSharing.Any, fetcher.Threads, step, cancellationToken));
            return (plan, beside, activation);

            Task RunStepsAsync(string folder, CancellationToken token) => SandboxedSteps.RunAsync(
                directory,
                async host =>
                {
                    var runner = new SandboxedEnvironment(host, folder, directory, temporary.Path);
                    await LinkScripts.RunAsync(plan, steps.Scripts, runner, token);
                    if (steps.Compile)
                    {
                        await ByteCompilation.RunAsync(plan, runner, token);
                        await (beside?.CompileCommand is { } command ? PythonCompilation.RunAsync(command, runner, token) : Task.CompletedTask);
                    }

                    activation = steps.Activate
                        ? await ActivationRun.RunAsync(plan, s_usualVariables, new SandboxedEnvironment(host, folder, directory, Path.Combine(temporary.Path, "activation")) { IsReadOnly = true }, token) : null;
                },
                token);
        }
        finally
        {
            foreach (UnpackedPackage package in unpacked)
            {
                package.Dispose();
            }
        }
    }

    // What the wheels bring, beside the files that conda has: those are never replaced.
    private static WheelPlan PlanBeside(LinkPlan plan, PythonTarget target, IReadOnlyList<PackageRecord> packages, FetchedWheels wheels, bool compiles, CancellationToken cancellationToken)
    {
        var scheme = InstallScheme.ForConda(plan.Options.Prefix, target, packages.First(p => p.Name == "python").PythonSitePackagesPath);
        var options = new WheelInstallOptions
        {
            CompilesPython = compiles,
            Taken = plan.Parts.SelectMany(part => part).Where(e => e.Kind != PackageMemberKind.Directory).DistinctBy(e => e.Path).ToDictionary(e => e.Path, e => e.Owner),
        };
        return WheelInstallPlanner.Plan(scheme, wheels.Inputs, options, cancellationToken);
    }

    // The environment to replace; null when there is none yet.
    private static InstalledEnvironment? Before(string directory, bool force)
    {
        if (!File.Exists(directory) && (!Directory.Exists(directory) || !Directory.EnumerateFileSystemEntries(directory).Any()))
        {
            return null;
        }

        InstalledEnvironment there = InstalledEnvironment.Read(directory);

        // What the pip: part brought comes again, or is not wanted any more.
        string[] foreign = [.. there.Foreign.Except(InstalledPython.FilesOf(directory, there.Foreign, new WheelInstallOptions().Installer))];
        int more = foreign.Length - MostListed;
        return foreign.Length == 0 || force ? there : throw new DiagnosticException(
            "foreign-files",
            $"'{directory}' has {foreign.Length} {(foreign.Length == 1 ? "file" : "files")} that came from no package and would be lost:\n  "
                + string.Join("\n  ", foreign.Take(MostListed)) + (more > 0 ? $"\n  and {more} more" : ""),
            "Move them away, or write --force to lose them.");
    }

    private static string Changes(InstalledEnvironment? before, LinkPlan plan)
    {
        if (before is null)
        {
            return "";
        }

        string[] now = [.. plan.Packages.Select(p => p.Input.DistName)];
        (int added, int removed) = (now.Count(dist => !before.Packages.Contains(dist)), before.Packages.Count(dist => !now.Contains(dist)));
        return added + removed == 0 ? "; the packages are those that were there" : $"; {added} came, {removed} went";
    }

    private static async Task ReportAsync(CliContext cli, LinkPlan plan, Steps steps, ActivationRun? activation)
    {
        foreach (string notice in plan.Notices)
        {
            await cli.Error.WriteLineAsync($"note: {notice}");
        }

        foreach (PathClash clash in plan.Clashes.Where(c => !c.IsHarmless))
        {
            await cli.Error.WriteLineAsync($"note: {clash.Path} is of {clash.Winner}; {string.Join(", ", clash.Losers)} {(clash.Losers.Count == 1 ? "has" : "have")} another");
        }

        foreach (LinkScript script in plan.Packages.SelectMany(p => p.Scripts).Where(s => s.Action != LinkScripts.PostLink || !steps.Scripts.Contains(s.Package)))
        {
            await cli.Error.WriteLineAsync($"note: {script.Package} has a {script.Action} script, which was not run: {script.Path}");
        }

        foreach (ActivationProblem problem in (activation?.Activation ?? EnvironmentActivation.Of(plan, s_usualVariables)).NotUnderstood)
        {
            await cli.Error.WriteLineAsync(
                $"note: {problem.Path}:{problem.Line} does more than set variables: {problem.Reason}{(activation is null ? " (--run-activation runs it in a sandbox)" : "")}");
        }

        foreach (ScriptEffect effect in activation?.Scripts ?? [])
        {
            string[] changes = [.. effect.Set.Select(v => $"{v.Key}={v.Value}"), .. effect.Removed.Select(name => $"{name} removed")];
            await cli.Error.WriteLineAsync($"note: {effect.Path} sets {(changes.Length == 0 ? "nothing" : string.Join(", ", changes))}");
        }
    }

    /// <summary>The Python packages besides.</summary>
    private sealed record Python(CondaPipPart Part, IReadOnlyList<PipWheel> Wheels);

    /// <summary>What is run in the environment before it is moved to its place.</summary>
    private sealed record Steps(IReadOnlyList<string> Scripts, bool Compile, bool Activate)
    {
        public bool NeedSandbox => Scripts.Count > 0 || Compile || Activate;
    }
}
