using System.CommandLine;
using System.Text;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Locking;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Cli.Commands.Pip;

/// <summary><c>pip lock</c>: writes down the exact packages of requirements, for each target.</summary>
internal static class PipLockCommand
{
    private const string UsualOutput = "pylock.toml";

    public static Command Create(CliContext cli)
    {
        var flags = new PipFlags();
        var output = new Option<string>("--output", "-o", "--output-file") { Description = "Where the lock goes: pylock.toml, pylock.NAME.toml, or a requirements.txt; - for standard output", HelpName = "FILE", DefaultValueFactory = _ => UsualOutput };
        var upgrade = new Option<bool>("--upgrade", "-U") { Description = "Take the newest versions, not those of the lock that is there" };
        var upgraded = PipFlags.Many("NAME", "Take the newest version of this package", "--upgrade-package", "-P");
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would change, and write nothing" };
        var command = new Command("lock", "Write down the exact packages of requirements, for each target") { output, upgrade, upgraded, dryRun };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            string path = parsed.GetValue(output)!;
            bool isRequirements = path.EndsWith(".txt", StringComparison.Ordinal);
            if (!isRequirements && path != "-" && !PythonLock.IsFileName(Path.GetFileName(path)))
            {
                throw new UsageException("bad-value", $"-o {path}: a lock is called pylock.toml or pylock.NAME.toml, or ends with .txt");
            }

            HashSet<ProjectName> fresh = [.. parsed.GetValue(upgraded)!.Select(n => PipFlags.Project("--upgrade-package", n))];
            PipTargets.Begin();
            PipInput input = await PipInput.ReadAsync(flags, parsed, mayBeLocked: false, token);
            await cli.Error.WriteAsync(cli.Diagnostics.Render(input.Warnings));
            IReadOnlyList<PythonTarget> targets = await PipTargets.ReadAsync(flags, parsed, token);
            if (isRequirements && targets.Count > 1)
            {
                throw new UsageException("one-target", "a requirements.txt is for one target", "write a pylock.toml, or name one Python and one platform");
            }

            using var session = new PipSession(cli, flags, parsed, input);
            if (input.Lock is { } other)
            {
                return await ConvertAsync(cli, session, other, targets, path, OptionsOf(parsed, input.File.Options), parsed.GetValue(dryRun), token);
            }

            PythonLock? before = path == "-" ? null : await ReadBeforeAsync(path, token);
            List<SolvedTarget> solved = [];
            foreach (PythonTarget target in targets)
            {
                Dictionary<ProjectName, PythonVersion> preferred = parsed.GetValue(upgrade) ? [] : Preferred(before, target, fresh);
                solved.Add(new SolvedTarget(target, await session.HashedAsync(await session.SolveAsync(target, preferred, token), target, token)));
            }

            ILookup<ProjectName, string> askedBy = input.Wanted.Where(r => r.Name is not null).ToLookup(r => r.Name!.Value, r => r.Source.Path);
            PythonLock made = LockComposer.Compose(solved, "slipway", name => [.. askedBy[name].Distinct().Order(StringComparer.Ordinal)], session.Sources.WithPlace, p => Path.GetRelativePath(FolderOf(path), p));
            string text = isRequirements ? RequirementsWriter.Write(made, OptionsOf(parsed, input.File.Options)) : PylockWriter.Write(made);
            if (path == "-")
            {
                await cli.Out.WriteAsync(text);
                return 0;
            }

            foreach (SolvedTarget one in solved)
            {
                await cli.Error.WriteLineAsync($"{one.Target}: {one.Solution.Distributions.Count} packages{Changes(before, one)}");
            }

            if (!parsed.GetValue(dryRun))
            {
                AtomicFile.Write(Path.GetFullPath(path), Encoding.UTF8.GetBytes(text));
                await cli.Out.WriteLineAsync(path);
            }

            return 0;
        });
        return command;
    }

    // Another lock has been solved: it is written down anew, for the targets.
    private static async Task<int> ConvertAsync(
        CliContext cli, PipSession session, LockInput other, IReadOnlyList<PythonTarget> targets, string path, RequirementsWriterOptions options, bool isDryRun, CancellationToken cancellationToken)
    {
        if (Path.GetFullPath(other.Path) == Path.GetFullPath(path))
        {
            throw new UsageException("already-locked", "the packages are locked already, in the file that would be written", "write to another file with -o, or lock a requirements.txt, a pyproject.toml or named packages");
        }

        List<(PythonTarget, IReadOnlyList<LockedDistribution>)> selected = [];
        foreach (PythonTarget target in targets)
        {
            IReadOnlyList<SelectedDistribution> found = await session.SelectAsync(other, target, cancellationToken);
            selected.Add((target, [.. found.Select(s => s.Package with { Marker = null })]));
            await cli.Error.WriteLineAsync($"{target}: {found.Count} packages of {other.Path}");
        }

        bool isRequirements = path.EndsWith(".txt", StringComparison.Ordinal);
        PythonLock made = LockComposer.Convert(selected, "slipway", p => Path.GetRelativePath(FolderOf(path), other.Absolute(p)));
        string text = isRequirements ? RequirementsWriter.Write(made, options) : PylockWriter.Write(made);
        if (path == "-")
        {
            await cli.Out.WriteAsync(text);
        }
        else if (!isDryRun)
        {
            AtomicFile.Write(Path.GetFullPath(path), Encoding.UTF8.GetBytes(text));
            await cli.Out.WriteLineAsync(path);
        }

        return 0;
    }

    // A lock's paths are seen from its folder, those of a requirements file from where pip runs.
    private static string FolderOf(string path) => path == "-" || path.EndsWith(".txt", StringComparison.Ordinal) ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static RequirementsWriterOptions OptionsOf(ParseResult parsed, PyPi.Files.RequirementsOptions options) => new()
    {
        Command = "slipway " + string.Join(' ', parsed.Tokens.Select(t => PyPi.Files.UrlCredentials.Mask(t.Value))),
        IndexUrl = options.IndexUrl?.Text,
        ExtraIndexUrls = [.. options.ExtraIndexUrls.Select(u => u.Text)],
        FindLinks = [.. options.FindLinks.Select(u => u.Text)],
        NoIndex = options.NoIndex,
    };

    private static async Task<PythonLock?> ReadBeforeAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        List<Diagnostic> problems = [];
        if (!path.EndsWith(".txt", StringComparison.Ordinal))
        {
            return PipInput.ReadLock(path, problems) is { } read && problems.All(p => p.Severity != Severity.Error) ? read : throw new DiagnosticException(problems);
        }

        // A requirements file that was written before says versions with ==.
        PyPi.Files.RequirementsFile file = await new PyPi.Files.RequirementsFileReader(new PyPi.Files.FolderFiles(Directory.GetCurrentDirectory(), mayLeave: true), CliContext.Environment).ReadAsync(path, asConstraints: false, problems, cancellationToken);
        return new PythonLock
        {
            CreatedBy = "slipway",
            Packages = [.. from r in file.Requirements
                           where r.Name is not null && r.Specifiers.Clauses is [{ Operator: SpecifierOperator.Equal, IsPrefix: false }]
                           select new LockedDistribution { Name = r.Name!.Value, Version = r.Specifiers.Clauses[0].Version, Marker = r.Marker }],
        };
    }

    private static Dictionary<ProjectName, PythonVersion> Preferred(PythonLock? before, PythonTarget target, HashSet<ProjectName> fresh) => before is null ? [] : Of(before, target)
        .Where(p => p.Version is not null && !fresh.Contains(p.Name)).ToDictionary(p => p.Name, p => p.Version!);

    private static IEnumerable<LockedDistribution> Of(PythonLock before, PythonTarget target) => before.Packages
        .Where(p => p.Marker?.Evaluate(target.Environment, PyPi.Markers.MarkerContext.LockFile([], before.DefaultGroups)) != false).DistinctBy(p => p.Name);

    private static string Changes(PythonLock? before, SolvedTarget now)
    {
        Dictionary<ProjectName, PythonVersion?> old = before is null ? [] : Of(before, now.Target).ToDictionary(p => p.Name, p => p.Version);
        if (old.Count == 0)
        {
            return "";
        }

        IReadOnlyList<SolvedDistribution> mine = now.Solution.Distributions;
        int added = mine.Count(p => !old.ContainsKey(p.Name)), changed = mine.Count(p => old.TryGetValue(p.Name, out PythonVersion? was) && was != p.Version);
        int removed = old.Keys.Except(mine.Select(p => p.Name)).Count();
        return added + changed + removed == 0 ? ", as before" : $", {added} added, {changed} changed, {removed} removed";
    }
}
