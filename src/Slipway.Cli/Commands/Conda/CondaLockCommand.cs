using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Slipway.Conda.Channels;
using Slipway.Conda.Files;
using Slipway.Conda.Records;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.Cli.Commands.Conda;

/// <summary><c>conda lock</c>: writes down the exact packages of an environment, for each platform.</summary>
internal static class CondaLockCommand
{
    private const string UsualOutput = "conda-lock.yml";

    public static Command Create(CliContext cli)
    {
        var flags = new CondaFlags();
        var output = new Option<string>("--output", "-o") { Description = "Where the lock goes; - for standard output", HelpName = "FILE", DefaultValueFactory = _ => UsualOutput };
        var kind = new Option<string>("--kind") { Description = "lock (conda-lock.yml), or explicit (a list of addresses, of one platform)", HelpName = "KIND", DefaultValueFactory = _ => "lock" };
        var upgrade = new Option<bool>("--upgrade") { Description = "Take the newest packages, not those of the lock that is there" };
        var command = new Command("lock", "Write down the exact packages of an environment, for each platform") { flags.Specs, output, kind, upgrade };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            IReadOnlyList<string> platforms = CondaInput.PlatformsOf(flags, parsed);
            bool isExplicit = parsed.GetValue(kind) switch
            {
                "lock" => false,
                "explicit" when platforms.Count == 1 => true,
                "explicit" => throw new UsageException("one-platform", "an explicit list is for one platform", "name one with --platform"),
                var other => throw new UsageException("bad-value", $"--kind {other}: expected lock or explicit"),
            };
            string path = parsed.GetValue(output)!;
            IReadOnlyList<LockedPackage> before = parsed.GetValue(upgrade) || isExplicit ? [] : ReadBefore(path);
            using var session = new CondaSession(cli, flags, parsed);
            List<LockedPackage> packages = [];
            List<string> channels = [], sources = [];
            foreach (string platform in platforms)
            {
                CondaInput input = CondaInput.Read(flags, parsed, platform);
                await cli.Error.WriteAsync(cli.Diagnostics.Render(input.Warnings));
                if (input.Locked is not null)
                {
                    throw new UsageException("already-locked", "the packages are locked already", "lock an environment.yml or named packages");
                }

                using ChannelSet set = await session.OpenAsync(input, token);
                IReadOnlyList<PackageRecord> found = (await session.SolveAsync(set, input, [.. before.Where(p => p.Platform == platform && p.Manager == PackageManager.Conda)], token)).Packages;
                packages.AddRange(found.Select(r => LockedRecords.Of(r, platform)));
                using CondaPipPart? pip = await CondaPipPart.OpenAsync(cli, flags, parsed, input, found, token);
                if (pip is not null)
                {
                    packages.AddRange(await pip.LockedAsync(await pip.SolveAsync(VersionsOf(before, platform), token), platform, token));
                }

                channels.AddRange(set.Channels.Except(set.Related.Select(r => r.Channel)).Select(c => c.Name)); // CEP 42: only those that somebody named
                sources.AddRange(input.Files);
            }

            string text = isExplicit ? Explicit(platforms[0], packages) : CondaLockWriter.Write(new LockFile
            {
                Platforms = platforms,
                Channels = [.. channels.Distinct()],
                Sources = [.. sources.Distinct().Select(s => RelativeTo(path, s))],
                ContentHashes = platforms.ToDictionary(p => p, p => HashOf(packages.Where(one => one.Platform == p))),
                Packages = packages,
            });
            if (path == "-")
            {
                await cli.Out.WriteAsync(text);
                return 0;
            }

            AtomicFile.Write(Path.GetFullPath(path), Encoding.UTF8.GetBytes(text));
            foreach (string platform in platforms)
            {
                await cli.Error.WriteLineAsync($"{platform}: {packages.Count(p => p.Platform == platform)} packages{Changes(before, packages, platform)}");
            }

            await cli.Out.WriteLineAsync(path);
            return 0;
        });
        return command;
    }

    private static IReadOnlyList<LockedPackage> ReadBefore(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        List<Diagnostic> problems = [];
        LockFile? file = CondaLockReader.Read(new SourceText(path, File.ReadAllText(path)), problems);
        return file is not null && problems.Count == 0
            ? file.Packages
            : throw new DiagnosticException([.. problems]);
    }

    // The picks of pip's packages that are taken again where they fit.
    private static Dictionary<ProjectName, PythonVersion> VersionsOf(IReadOnlyList<LockedPackage> before, string platform)
    {
        Dictionary<ProjectName, PythonVersion> versions = [];
        foreach (LockedPackage package in before.Where(p => p.Platform == platform && p.Manager == PackageManager.Pip))
        {
            if (ProjectName.TryParse(package.Name, out ProjectName name) && PythonVersion.TryParse(package.Version, out PythonVersion? version))
            {
                versions[name] = version;
            }
        }

        return versions;
    }

    private static string Changes(IReadOnlyList<LockedPackage> before, List<LockedPackage> now, string platform)
    {
        Dictionary<(PackageManager, string), string> old = before.Where(p => p.Platform == platform).ToDictionary(p => (p.Manager, p.Name), p => p.ToString());
        if (old.Count == 0)
        {
            return "";
        }

        LockedPackage[] mine = [.. now.Where(p => p.Platform == platform)];
        int added = mine.Count(p => !old.ContainsKey((p.Manager, p.Name))), changed = mine.Count(p => old.TryGetValue((p.Manager, p.Name), out string? was) && was != p.ToString());
        int removed = old.Keys.Except(mine.Select(p => (p.Manager, p.Name))).Count();
        return added + changed + removed == 0 ? ", as before" : $", {added} added, {changed} changed, {removed} removed";
    }

    // Of the packages alone (CEP 37, content_hash): it changes when one of them does.
    private static string HashOf(IEnumerable<LockedPackage> packages) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(packages.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Url}#{p.Sha256 ?? p.Md5}\n")))));

    private static string Explicit(string platform, List<LockedPackage> packages) => string.Concat(
        $"# platform: {platform}\n@EXPLICIT\n",
        string.Concat(packages.Where(p => p.Manager == PackageManager.Conda).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Url}{(p.Sha256 is { } sha ? "#sha256:" + sha : p.Md5 is { } md5 ? "#" + md5 : "")}\n")),
        string.Concat(packages.Where(p => p.Manager == PackageManager.Pip).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => TextSpecFile.PipLine(p) + "\n")));

    private static string RelativeTo(string lockPath, string source) =>
        Path.GetRelativePath(lockPath == "-" ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(lockPath))!, Path.GetFullPath(source));
}
